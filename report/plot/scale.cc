// SPDX-License-Identifier: Apache-2.0
#include "report/plot/scale.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

#include "base/text/format.h"
#include "base/text/size_text.h"
#include "base/time_text.h"

namespace proctape {
namespace {

constexpr Count kDaySeconds = 86'400;
constexpr std::array<Count, 16> kRoundTimes = {1,   2,   5,   10,   15,   30,   60,    120,
                                               300, 600, 900, 1800, 3600, 7200, 10800, 21600};

// How far local clocks are ahead of UTC then.
Count zone_offset(Count time) {
  const std::time_t seconds = time;
  std::tm local{};
  return localtime_r(&seconds, &local) ? local.tm_gmtoff : 0;
}

template <typename ToText>
std::vector<Tick> ticks_of(double most, double step, const ToText& to_text) {
  std::vector<Tick> ticks;
  constexpr double kLittleMore = 1.0001;
  for (int i = 0; i * step <= most * kLittleMore; ++i) {
    ticks.push_back({i * step, to_text(i * step)});
    if (!(step > 0)) break;
  }
  return ticks;
}

}  // namespace

std::string short_size_text(double bytes) {
  std::string text = size_text(bytes);
  const auto point = text.find(".0");
  if (point != text.npos) text.erase(point, 2);
  return text;
}

std::string short_number_text(double number) {
  if (std::abs(number) >= 1e6) return formatted("{:.3g}", number);
  std::string text = formatted("{:.3f}", number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::vector<Tick> number_ticks(double most, double count) {
  if (!(most > 0)) return {{0, "0"}};
  const double rough = most / std::max(count, 1.0);
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * 0.999) {
      step = factor * power;
      break;
    }
  }
  return ticks_of(most, step, short_number_text);
}

std::vector<Tick> byte_ticks(double most, double count) {
  if (!(most > 0)) return {{0, "0"}};
  const double step = std::exp2(std::ceil(std::log2(most / std::max(count, 1.0))));
  return ticks_of(most, step, short_size_text);
}

std::vector<Tick> time_ticks(Seconds from, Seconds to, double count) {
  const Count span = std::max<Count>((to - from).value, 1);
  const double rough = static_cast<double>(span) / std::max(count, 1.0);
  Count step = 0;
  for (const Count each : kRoundTimes) {
    if (static_cast<double>(each) >= rough) {
      step = each;
      break;
    }
  }
  // Half a day, and whole ones.
  if (step == 0) {
    const Count half_days = std::max<Count>(std::llround(std::ceil(rough * 2 / kDaySeconds)), 1);
    step = half_days * kDaySeconds / 2;
  }
  std::vector<Tick> ticks;
  const Count offset = zone_offset(from.value);
  const bool several_days =
      (from.value + offset) / kDaySeconds != (to.value - 1 + zone_offset(to.value)) / kDaySeconds;
  std::string day;
  for (Count time = (from.value + offset + step - 1) / step * step - offset; time <= to.value;
       time += step) {
    // Clocks may have been set within the period.
    const Count shown = time + offset - zone_offset(time);
    if (shown < from.value || shown > to.value) continue;
    std::string text =
        time_text({shown}, step >= kDaySeconds ? "%m-%d" : (step % 60 == 0 ? "%H:%M" : kTimeOnly));
    const std::string its_day = time_text({shown}, "%m-%d");
    if (several_days && step < kDaySeconds && its_day != day) text = its_day + ' ' + text;
    day = its_day;
    ticks.push_back({static_cast<double>(shown), std::move(text)});
  }
  return ticks;
}

}  // namespace proctape
