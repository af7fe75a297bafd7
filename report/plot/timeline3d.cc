// SPDX-License-Identifier: Apache-2.0
#include "report/plot/timeline3d.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "base/text/size_text.h"
#include "query/measure/elapsed.h"
#include "report/picture/text_size.h"
#include "report/plot/heading.h"
#include "report/plot/labels.h"
#include "report/plot/scale.h"
#include "report/plot/shot.h"
#include "report/plot/space.h"
#include "report/plot/theme.h"
#include "report/plot/trails.h"

namespace proctape {
namespace {

constexpr double kTrailLabelSize = 11;
constexpr std::size_t kMostLines = 100;

// Where the values of trails lie.
struct TrailScale {
  Seconds from, to;
  double most_cpu = 0;
  double most_resident = 0;

  // Of what is used most: of both, 2.
  double part_of(const Trail& trail) const;
  SpacePoint place_of(const TrailPoint& point) const {
    const auto share = [](double part, double whole) {
      return whole > 0 ? std::clamp(part / whole, 0.0, 1.0) : 0;
    };
    return {share(static_cast<double>((point.time - from).value),
                  static_cast<double>((to - from).value)),
            share(double{point.cpu}, most_cpu), share(double{point.resident}, most_resident)};
  }
};

SpacePoint end_of(const Trail& trail, const TrailScale& scale) {
  TrailPoint last = trail.points.back();
  last.time = trail.last_time;
  return scale.place_of(last);
}

// As many as can be told apart: of those that are close in time the one with most memory, and the
// last of all.
std::vector<TrailPoint> thinned(std::span<const TrailPoint> points, const TrailScale& scale) {
  constexpr double kParts = 300;
  std::vector<TrailPoint> kept;
  double part_of_last = -1;
  for (const TrailPoint& point : points) {
    const double part = std::floor(scale.place_of(point).right * kParts);
    if (part != part_of_last || &point == &points.back()) {
      kept.push_back(point);
    } else if (point.resident > kept.back().resident) {
      const float interest = std::max(point.interest, kept.back().interest);
      kept.back() = point;
      kept.back().interest = interest;
    }
    part_of_last = part;
  }
  return kept;
}

class Timeline3dPlot : public Plot {
 public:
  explicit Timeline3dPlot(const PlotOptions& options) : options_(options) {}

  void begin(const Host& host, const Sample& sample) override {
    host_ = host;
    sample_ = {};
    sample_.time = bounded(sample.time);
    sample_.interval = sample.interval;
    sample_.beyond = sample.beyond;
    sample_.since_boot = sample.since_boot;
    if (samples_ == 0) from_ = sample_.time;
    ++samples_;
  }
  void take(const Task& task, bool is_meant) override {
    if (!is_meant || !task.identity.is_process) return;
    const bool is_new = (task.identity.exit_code & TaskIdentity::kNewBit) != 0;
    trails_.add(shot_of(host_, sample_, task), sample_.time, seconds_of(sample_),
                is_new && !sample_.since_boot);
  }
  void end() override { trails_.end(); }

  Picture picture() const override;

 private:
  std::vector<const Trail*> chosen(TrailScale& scale) const;
  void add_walls(const Space& space, const TrailScale& scale, Picture& picture) const;
  void add_trail(const Space& space, const TrailScale& scale, const Trail& trail,
                 Picture& picture) const;
  std::string hint_of_trail(const Trail& trail) const;

  PlotOptions options_;
  Host host_;
  Sample sample_;  // its times
  Seconds from_;
  std::size_t samples_ = 0;
  Trails trails_;
};

// Those that used most of something, the most first.
double TrailScale::part_of(const Trail& trail) const {
  return (most_cpu > 0 ? trail.cpu / most_cpu : 0) +
         (most_resident > 0 ? trail.most_resident / most_resident : 0);
}

std::vector<const Trail*> Timeline3dPlot::chosen(TrailScale& scale) const {
  std::vector<const Trail*> all;
  for (const Trail& trail : trails_.all()) {
    scale.most_cpu = std::max(scale.most_cpu, trail.cpu);
    scale.most_resident = std::max(scale.most_resident, trail.most_resident);
    all.push_back(&trail);
  }
  const auto used_by = [&](const Trail* trail) { return scale.part_of(*trail); };
  std::erase_if(all, [&](const Trail* trail) { return !(used_by(trail) > 0); });
  std::ranges::stable_sort(all, std::greater{}, used_by);
  if (all.size() > kMostLines) all.resize(kMostLines);
  return all;
}

void Timeline3dPlot::add_walls(const Space& space, const TrailScale& scale,
                               Picture& picture) const {
  const Theme& theme = theme_of(options_.dark);
  const auto line = [&](const SpacePoint& a, const SpacePoint& b, const Color& color) {
    picture.add(Line{{space.on_paper(a), space.on_paper(b)}, color});
  };
  const auto text = [&](const SpacePoint& at, double x, double y, const std::string& what,
                        Align align, const Color& color, double size = kTrailLabelSize) {
    const Point point = space.on_paper(at);
    picture.add(Text{.at = {point.x + x, point.y + y},
                     .text = what,
                     .size = size,
                     .color = color,
                     .align = align});
  };
  picture.add(Area{{space.on_paper({0, 0, 0}), space.on_paper({1, 0, 0}), space.on_paper({1, 1, 0}),
                    space.on_paper({0, 1, 0})},
                   faded(theme.grid, 0.35)});
  const double period = static_cast<double>((scale.to - scale.from).value);
  const Point left = space.on_paper({0, 1, 0}), right = space.on_paper({1, 1, 0});
  for (const Tick& tick : time_ticks(scale.from, scale.to, (right.x - left.x) / 90)) {
    const double at =
        period > 0 ? (tick.value - static_cast<double>(scale.from.value)) / period : 0;
    line({at, 0, 0}, {at, 1, 0}, theme.grid);
    line({at, 0, 0}, {at, 0, 1}, theme.grid);
    text({at, 1, 0}, -4, 16, tick.text, Align::kEnd, theme.soft);
  }
  constexpr double kLine = 26;
  const double steep = (right.y - space.on_paper({1, 0, 0}).y) / kLine;
  for (const Tick& tick : number_ticks(scale.most_cpu, std::min(steep, 6.0))) {
    const double at = scale.most_cpu > 0 ? tick.value / scale.most_cpu : 0;
    line({0, at, 0}, {1, at, 0}, theme.grid);
    line({0, at, 0}, {0, at, 1}, theme.grid);
    text({1, at, 0}, 8, 10, tick.text + " s", Align::kStart, theme.soft);
  }
  const double high = (left.y - space.on_paper({0, 1, 1}).y) / kLine;
  for (const Tick& tick : byte_ticks(scale.most_resident, std::min(high, 6.0))) {
    const double at = scale.most_resident > 0 ? tick.value / scale.most_resident : 0;
    line({0, 0, at}, {1, 0, at}, theme.grid);
    line({0, 0, at}, {0, 1, at}, theme.grid);
    text({0, 1, at}, -6, 4, tick.text, Align::kEnd, theme.soft);
  }
  for (const auto& [a, b] : {std::pair{SpacePoint{0, 0, 0}, SpacePoint{1, 0, 0}},
                             {SpacePoint{0, 0, 0}, SpacePoint{0, 1, 0}},
                             {SpacePoint{0, 0, 0}, SpacePoint{0, 0, 1}}}) {
    line(a, b, theme.soft);
  }
  text({0, 1, 1}, -6, -10, "resident memory", Align::kStart, theme.ink, 12);
  text({1, 1, 0}, 12, 22, "CPU time so far", Align::kStart, theme.ink, 12);
  text({0.45, 1, 0}, -60, 34, "time", Align::kEnd, theme.ink, 12);
}

std::string Timeline3dPlot::hint_of_trail(const Trail& trail) const {
  return formatted("{} ({}): {:.2f} s of CPU, at most {} resident{}", label_of(trail.who),
                   user_text(trail.who.uid, options_), trail.cpu, size_text(trail.most_resident),
                   trail.ended ? ", ended" : "");
}

// In pieces: each as pale as it is dull.
void Timeline3dPlot::add_trail(const Space& space, const TrailScale& scale, const Trail& trail,
                               Picture& picture) const {
  constexpr int kShades = 4;
  const Color color = color_of_name(trail.who.name.view(), theme_of(options_.dark));
  const std::string hint = hint_of_trail(trail);
  std::vector<TrailPoint> points = thinned(trail.points, scale);
  // It goes on as it was.
  if (trail.is_still) {
    points.push_back(points.back());
    points.back().time = trail.last_time;
    points.back().interest = 0;
  }
  const auto shade_of = [&](const TrailPoint& point) {
    return static_cast<int>(std::lround(kShades * std::min(double{point.interest} * 2, 1.0)));
  };
  Line piece{.color = color, .hint = hint};
  int shade = -1;
  const auto finish = [&] {
    if (piece.points.size() > 1) {
      piece.color = faded(color, 0.22 + 0.73 * shade / kShades);
      piece.width = shade == 0 ? 1 : 1.6;
      picture.add(piece);
    }
  };
  for (const TrailPoint& point : points) {
    const Point at = space.on_paper(scale.place_of(point));
    if (!piece.points.empty()) {
      const Point& last = piece.points.back();
      const bool is_end = &point == &points.back();
      if (std::hypot(at.x - last.x, at.y - last.y) < 1 && !is_end) continue;
      if (shade_of(point) != shade && piece.points.size() > 1) {
        finish();
        piece.points = {last};
      }
      shade = shade_of(point);
    }
    piece.points.push_back(at);
  }
  finish();
  const Point end = space.on_paper(end_of(trail, scale));
  const Theme& theme = theme_of(options_.dark);
  picture.add(
      Circle{end, trail.ended ? 2.5 : 2, trail.ended ? theme.red : color, Color{0, 0, 0, 0}, hint});
}

Picture Timeline3dPlot::picture() const {
  const Theme& theme = theme_of(options_.dark);
  TrailScale scale{from_, std::max(sample_.time, from_ + Seconds{1})};
  std::vector<const Trail*> trails = chosen(scale);
  std::string when = period_text(scale.from, scale.to);
  when += formatted("; the {} of {}{} processes that used most", trails.size(),
                    trails_.has_forgotten() ? "more than " : "", trails_.all().size());
  Picture picture =
      headed_picture(options_, host_, "CPU time and resident memory of processes", when);
  const Box area{64, kHeadingHeight + 24, options_.width - 130, options_.height - 44};
  const Space space(area);
  add_walls(space, scale, picture);

  // Labels keep off what is written at the axes.
  Labels labels({area.left, kHeadingHeight, options_.width - 4, options_.height - 4});
  for (const Shape& shape : picture.shapes()) {
    if (const auto* text = std::get_if<Text>(&shape)) labels.block(box_of(*text));
  }
  // Where on the floor it stands tells the time and the CPU time of an end.
  const std::size_t most_stems = std::min<std::size_t>(trails.size(), 12);
  for (const Trail* trail : std::span(trails).first(most_stems)) {
    const SpacePoint end = end_of(*trail, scale);
    const Point foot = space.on_paper({end.right, end.front, 0});
    picture.add(Line{.points = {space.on_paper(end), foot},
                     .color = faded(theme.soft, 0.45),
                     .width = 0.8,
                     .dashed = true});
    picture.add(Circle{foot, 1.5, faded(theme.soft, 0.8)});
  }
  // The front last.
  std::vector<const Trail*> from_behind = trails;
  std::ranges::stable_sort(from_behind, {}, [](const Trail* trail) { return trail->cpu; });
  for (const Trail* trail : from_behind) add_trail(space, scale, *trail, picture);

  const auto most_labels = static_cast<std::size_t>(options_.height / 25);
  if (trails.size() > most_labels) trails.resize(most_labels);
  constexpr double kLittle = 0.01;
  std::erase_if(trails, [&](const Trail* trail) { return scale.part_of(*trail) < kLittle; });
  for (const Trail* trail : trails) {
    labels.add(space.on_paper(end_of(*trail, scale)), 2,
               Text{.text = label_of(trail->who),
                    .size = kTrailLabelSize,
                    .color = trail->ended ? theme.red : theme.ink,
                    .halo = faded(theme.background, 0.8)},
               theme.soft, picture);
  }
  return picture;
}

}  // namespace

std::unique_ptr<Plot> timeline3d_plot(const PlotOptions& options) {
  return std::make_unique<Timeline3dPlot>(options);
}

}  // namespace proctape
