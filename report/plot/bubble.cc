// SPDX-License-Identifier: Apache-2.0
#include "report/plot/bubble.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "base/text/size_text.h"
#include "query/measure/elapsed.h"
#include "query/measure/task_identity.h"
#include "report/picture/text_size.h"
#include "report/plot/heading.h"
#include "report/plot/interest.h"
#include "report/plot/labels.h"
#include "report/plot/scale.h"
#include "report/plot/shot.h"
#include "report/plot/theme.h"

namespace proctape {
namespace {

constexpr double kLabelSize = 11;
constexpr double kLegendWidth = 150;
constexpr double kSmallestBubble = 2.5;
// Of those that have no address space.
constexpr double kBandHeight = 26;

struct Bubble {
  Shot shot;
  double interest = 0;
};

// Where the values of bubbles lie.
class BubbleScale {
 public:
  BubbleScale(const Box& area, const std::vector<Bubble>& bubbles) : area_(area) {
    double least = 0, most = 0;
    for (const auto& [shot, interest] : bubbles) {
      most_cpu_ = std::max(most_cpu_, shot.cpu * 1.02);
      most_resident_ = std::max(most_resident_, shot.resident);
      most = std::max(most, shot.virtual_size);
      has_band_ = has_band_ || shot.virtual_size <= 0;
      if (shot.virtual_size > 0 && (least == 0 || shot.virtual_size < least)) {
        least = shot.virtual_size;
      }
    }
    least_exponent_ = std::floor(std::log2(std::max(least, 1024.0)));
    most_exponent_ = std::ceil(std::log2(std::max(most, 1024.0)));
    // Those that are alike lie in the middle.
    constexpr double kLeastSpan = 4;
    const double more = kLeastSpan - (most_exponent_ - least_exponent_);
    if (more > 0) {
      least_exponent_ -= std::floor(more / 2);
      most_exponent_ += std::ceil(more / 2);
    }
    largest_ = std::clamp(std::min(area.width(), area.height()) / 13, 8.0, 60.0);
  }

  // The root spreads those that take little.
  double x_of(double cpu) const {
    const double left = area_.left + largest_, right = area_.right - largest_;
    return left + std::sqrt(cpu / most_cpu_) * (right - left);
  }
  double y_of(double virtual_size) const {
    const double bottom = inner_bottom() - largest_ / 3, top = area_.top + largest_ * 0.8;
    if (virtual_size <= 0) return area_.bottom - kBandHeight / 2;
    const double share = (std::log2(std::max(virtual_size, 1024.0)) - least_exponent_) /
                         (most_exponent_ - least_exponent_);
    return bottom - share * (bottom - top);
  }
  double radius_of(double resident) const {
    if (!(most_resident_ > 0)) return kSmallestBubble;
    return std::max(kSmallestBubble, largest_ * std::sqrt(resident / most_resident_));
  }

  double inner_bottom() const { return area_.bottom - (has_band_ ? kBandHeight : 0); }
  bool has_band() const { return has_band_; }
  double most_cpu() const { return most_cpu_; }
  double most_resident() const { return most_resident_; }

  std::vector<Tick> size_ticks() const {
    const double most_ticks = std::max((inner_bottom() - area_.top) / 40, 2.0);
    const double step = std::ceil((most_exponent_ - least_exponent_) / most_ticks);
    std::vector<Tick> ticks;
    for (double each = std::ceil(least_exponent_ / step) * step; each <= most_exponent_;
         each += step) {
      ticks.push_back({std::exp2(each), short_size_text(std::exp2(each))});
    }
    return ticks;
  }
  std::vector<Tick> cpu_ticks() const {
    std::vector<Tick> ticks{{0, "0"}};
    constexpr double kRoom = 42;
    for (double power = 0.1; power <= most_cpu_; power *= 10) {
      for (const double factor : {1.0, 2.5, 5.0}) {
        const double value = factor * power;
        if (value > most_cpu_ || x_of(value) - x_of(ticks.back().value) < kRoom) continue;
        ticks.push_back({value, short_number_text(value)});
      }
    }
    return ticks;
  }

 private:
  Box area_;
  double most_cpu_ = 10;
  double most_resident_ = 0;
  double least_exponent_ = 10;
  double most_exponent_ = 30;
  double largest_ = 30;
  bool has_band_ = false;
};

class BubblePlot : public Plot {
 public:
  explicit BubblePlot(const PlotOptions& options) : options_(options) {}

  void begin(const Host& host, const Sample& sample) override {
    host_ = host;
    ++sample_number_;
    bubbles_.clear();
    sample_ = {};
    sample_.time = bounded(sample.time);
    sample_.interval = sample.interval;
    sample_.beyond = sample.beyond;
    sample_.since_boot = sample.since_boot;
  }
  void take(const Task& task, bool is_meant) override {
    if (!is_meant || !task.identity.is_process) return;
    // What has ended has no size any more.
    if (task.identity.state == TaskIdentity::kExited) return;
    Bubble bubble{shot_of(host_, sample_, task)};
    Known& known = known_[bubble.shot.pid];
    if (!is_same_start(known.started, bubble.shot.started)) known = {bubble.shot.started, {}, 0};
    const bool is_new = (task.identity.exit_code & TaskIdentity::kNewBit) != 0;
    known.interest.add(bubble.shot.cpu, bubble.shot.resident, is_new && !sample_.since_boot);
    known.sample = sample_number_;
    bubble.interest = known.interest.value();
    bubbles_.push_back(std::move(bubble));
  }
  void end() override {
    std::erase_if(known_, [&](const auto& each) { return each.second.sample != sample_number_; });
  }

  Picture picture() const override;

 private:
  struct Known {
    Seconds started;
    Interest interest;
    std::size_t sample = 0;  // the last that had it
  };

  void add_axes(const BubbleScale& scale, const Box& area, Picture& picture) const;
  void add_legends(const BubbleScale& scale, const Box& area, Picture& picture) const;
  void add_labels(const BubbleScale& scale, const Box& area,
                  const std::vector<const Bubble*>& bubbles, Picture& picture) const;

  PlotOptions options_;
  Host host_;
  Sample sample_;  // its times
  std::size_t sample_number_ = 0;
  std::vector<Bubble> bubbles_;
  std::unordered_map<Count, Known> known_;  // by pid
};

void BubblePlot::add_axes(const BubbleScale& scale, const Box& area, Picture& picture) const {
  const Theme& theme = theme_of(options_.dark);
  for (const Tick& tick : scale.size_ticks()) {
    const double y = scale.y_of(tick.value);
    picture.add(Line{{{area.left, y}, {area.right, y}}, theme.grid});
    picture.add(Text{.at = {area.left - 6, y + 4},
                     .text = tick.text,
                     .size = kLabelSize,
                     .color = theme.soft,
                     .align = Align::kEnd});
  }
  for (const Tick& tick : scale.cpu_ticks()) {
    const double x = scale.x_of(tick.value);
    picture.add(Line{{{x, area.top}, {x, area.bottom}}, theme.grid});
    picture.add(Text{.at = {x, area.bottom + 16},
                     .text = tick.text,
                     .size = kLabelSize,
                     .color = theme.soft,
                     .align = Align::kMiddle});
  }
  if (scale.has_band()) {
    picture.add(Text{.at = {area.left - 6, scale.y_of(0) + 4},
                     .text = "none",
                     .size = kLabelSize,
                     .color = theme.soft,
                     .align = Align::kEnd});
    picture.add(
        Line{.points = {{area.left, scale.inner_bottom()}, {area.right, scale.inner_bottom()}},
             .color = theme.soft,
             .dashed = true});
  }
  picture.add(Line{{{area.left, area.top}, {area.left, area.bottom}, {area.right, area.bottom}},
                   theme.soft});
  const char* const cpu = area.width() > 400 ? "CPU in the interval, % of one CPU (root scale)"
                                             : "CPU, % of one (root scale)";
  picture.add(Text{.at = {(area.left + area.right) / 2, area.bottom + 36},
                   .text = cpu,
                   .size = 12,
                   .color = theme.ink,
                   .align = Align::kMiddle});
  picture.add(Text{.at = {area.left - 50, (area.top + area.bottom) / 2},
                   .text = "virtual size, bytes (log scale)",
                   .size = 12,
                   .color = theme.ink,
                   .align = Align::kMiddle,
                   .upwards = true});
}

void BubblePlot::add_legends(const BubbleScale& scale, const Box& area, Picture& picture) const {
  const Theme& theme = theme_of(options_.dark);
  std::map<Count, std::size_t> users;
  for (const Bubble& bubble : bubbles_) ++users[bubble.shot.uid];
  std::vector<std::pair<std::size_t, Count>> most;
  for (const auto& [uid, number] : users) most.emplace_back(number, uid);
  std::ranges::stable_sort(most, std::greater{}, &std::pair<std::size_t, Count>::first);
  std::vector<LegendRow> rows;
  if (scale.most_resident() > 0) {
    rows.push_back({"resident memory", std::nullopt});
    const double largest = std::exp2(std::floor(std::log2(scale.most_resident())));
    for (const double size : {largest, largest / 8, largest / 64}) {
      if (size < 4096) break;
      rows.push_back({short_size_text(size), theme.soft, scale.radius_of(size), true});
    }
    rows.push_back({"", std::nullopt, 1});
  }
  rows.push_back({"user (processes)", std::nullopt});
  for (const auto& [number, uid] : most) {
    const std::string user = user_text(uid, options_);
    rows.push_back({formatted("{} ({})", user, number), color_of_user(uid, options_)});
  }
  add_legend(rows, {area.right + 20, area.top}, kLegendWidth - 24, options_.height - 8, theme,
             picture);
}

void BubblePlot::add_labels(const BubbleScale& scale, const Box& area,
                            const std::vector<const Bubble*>& bubbles, Picture& picture) const {
  // Who is large or busy is named even if that does not change, behind those that do.
  const auto worth = [&](const Bubble* bubble) {
    const double share =
        scale.most_resident() > 0 ? bubble->shot.resident / scale.most_resident() : 0;
    return bubble->interest + 0.4 * std::min(bubble->shot.cpu / 100, 1.0) + 0.3 * share;
  };
  constexpr double kLeastWorth = 0.03;
  const Theme& theme = theme_of(options_.dark);
  std::vector<const Bubble*> named;
  Labels labels(area);
  for (const Bubble* bubble : bubbles) {
    const Point center{scale.x_of(bubble->shot.cpu), scale.y_of(bubble->shot.virtual_size)};
    const double radius = scale.radius_of(bubble->shot.resident);
    labels.avoid({center.x - radius, center.y - radius, center.x + radius, center.y + radius});
    if (worth(bubble) > kLeastWorth) named.push_back(bubble);
  }
  std::ranges::stable_sort(named, std::greater{}, worth);
  const auto most = static_cast<std::size_t>(area.width() * area.height() / 12'000);
  if (named.size() > most) named.resize(most);
  for (const Bubble* bubble : named) {
    const Point center{scale.x_of(bubble->shot.cpu), scale.y_of(bubble->shot.virtual_size)};
    labels.add(center, scale.radius_of(bubble->shot.resident),
               Text{.text = label_of(bubble->shot),
                    .size = kLabelSize,
                    .color = theme.ink,
                    .halo = faded(theme.background, 0.8)},
               theme.soft, picture);
  }
}

Picture BubblePlot::picture() const {
  Picture picture =
      headed_picture(options_, host_, "processes by CPU, virtual size and resident memory",
                     moment_text(sample_.time, seconds_of(sample_), sample_.since_boot) +
                         formatted("; {} processes", bubbles_.size()));
  const Box area{76, kHeadingHeight, options_.width - kLegendWidth, options_.height - 50};
  const BubbleScale scale(area, bubbles_);
  add_axes(scale, area, picture);
  add_legends(scale, area, picture);
  std::vector<const Bubble*> bubbles;
  for (const Bubble& bubble : bubbles_) bubbles.push_back(&bubble);
  // Small ones above large ones.
  std::ranges::stable_sort(bubbles, std::greater{},
                           [](const Bubble* each) { return each->shot.resident; });
  for (const Bubble* bubble : bubbles) {
    const Shot& shot = bubble->shot;
    const Color color = color_of_user(shot.uid, options_);
    const double opacity = 0.35 + 0.4 * std::min(bubble->interest, 1.0);
    picture.add(Circle{{scale.x_of(shot.cpu), scale.y_of(shot.virtual_size)},
                       scale.radius_of(shot.resident),
                       faded(color, opacity),
                       faded(color, 0.9),
                       hint_of(shot, options_)});
  }
  add_labels(scale, area, bubbles, picture);
  return picture;
}

}  // namespace

std::unique_ptr<Plot> bubble_plot(const PlotOptions& options) {
  return std::make_unique<BubblePlot>(options);
}

}  // namespace proctape
