// From a question to a picture of its curve: time per request over the work, or over requests in
// flight where there is none, both axes logarithmic, with the question's own answer marked.
const calculatorChart = (() => {
  const HEIGHT = 300;
  const WIDEST = 720;
  const EDGE = { left: 58, right: 78, top: 14, bottom: 44 };
  const TICK_PIXELS = 46;
  const SAMPLES = 120;
  const UNITS = [[1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]];
  let width = WIDEST;

  function made(svg, name, attributes, text = "") {
    const one = document.createElementNS(svg.namespaceURI, name);
    for (const [attribute, value] of Object.entries(attributes)) {
      one.setAttribute(attribute, value);
    }

    one.textContent = text;
    return one;
  }

  function scale([low, high], [first, last]) {
    const [from, to] = [Math.log(low), Math.log(high)];
    return (number) => first + ((Math.log(number) - from) / (to - from)) * (last - first);
  }

  // Powers of ten in a range; where there are few, twos and fives as well.
  function ticks([low, high]) {
    const steps = high / low > 200 ? [1] : [1, 2, 5];
    const found = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
      found.push(...steps.map((step) => Number(`${step}e${power}`)));
    }

    return found.filter((tick) => low <= tick && tick <= high);
  }

  function short(seconds) {
    const [factor, unit] = UNITS.find(([each]) => seconds >= 0.9995 * each) ?? UNITS.at(-1);
    return `${Number((seconds / factor).toPrecision(2))} ${unit}`;
  }

  function samples([low, high], answerAt) {
    const found = [];
    for (let at = 0; at <= SAMPLES; at += 1) {
      const across = low * (high / low) ** (at / SAMPLES);
      const inside = Math.min(high, Math.max(low, across)); // but for the last bits
      const answer = answerAt(inside);
      if (!answer.outside.length) {
        found.push([inside, answer]);
      }
    }

    return found;
  }

  function draw(svg, { curve, asked, answerAt, found }) {
    width = Math.min(WIDEST, svg.parentElement.clientWidth || WIDEST);
    const worked = curve.valid_us !== null;
    const range = worked
      ? curve.valid_us
      : [curve.loads[0].in_flight, curve.loads.at(-1).in_flight];
    const points = range[0] < range[1] ? samples(range, answerAt) : [];
    svg.replaceChildren();
    svg.toggleAttribute("hidden", points.length < 2);
    if (points.length < 2) {
      return;
    }

    const times = points.flatMap(([, one]) => [one.upper.value, one.lower.value]);
    const up = [Math.min(...times) / 1.15, Math.max(...times) * 1.15];
    const x = scale(range, [EDGE.left, width - EDGE.right]);
    const y = scale(up, [HEIGHT - EDGE.bottom, EDGE.top]);
    svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    svg.style.maxWidth = `${width}px`;
    const what = worked ? "work in the handler" : "requests in flight";
    svg.append(made(svg, "title", {}, `Time per request over ${what}, as def and as async def`));
    axes(svg, { range, up, x, y, worked, what });
    if (worked && found.break_even?.where === "at") {
      mark(svg, x(found.break_even.seconds * 1e6));
    }

    const own = worked ? asked.work_us : asked.in_flight;
    for (const [name, words] of [["lower", "async def"], ["upper", "def"]]) {
      line(svg, { name, words, points, x, y, own, found });
    }

    apart([...svg.querySelectorAll("text.name")]);
  }

  function axes(svg, { range, up, x, y, worked, what }) {
    for (const tick of ticks(up)) {
      const line = { x1: EDGE.left, x2: width - EDGE.right, y1: y(tick), y2: y(tick) };
      svg.append(made(svg, "line", { ...line, class: "grid" }));
      const at = { x: EDGE.left - 8, y: y(tick) + 4, "text-anchor": "end" };
      svg.append(made(svg, "text", at, short(tick)));
    }

    let before = -Infinity;
    for (const tick of ticks(range)) {
      if (x(tick) - before < TICK_PIXELS) {
        continue;
      }

      before = x(tick);
      const at = { x: x(tick), y: HEIGHT - EDGE.bottom + 18, "text-anchor": "middle" };
      svg.append(made(svg, "text", at, worked ? short(tick / 1e6) : String(tick)));
    }

    const middle = (EDGE.left + width - EDGE.right) / 2;
    svg.append(made(svg, "text", { x: middle, y: HEIGHT - 6, "text-anchor": "middle" }, what));
  }

  function mark(svg, across) {
    const upright = { x1: across, x2: across, y1: EDGE.top, y2: HEIGHT - EDGE.bottom };
    svg.append(made(svg, "line", { ...upright, class: "break-even" }));
    svg.append(made(svg, "text", { x: across + 6, y: HEIGHT - EDGE.bottom - 8 }, "break-even"));
  }

  function line(svg, { name, words, points, x, y, own, found }) {
    const path = points.map(([across, one]) => `${x(across)},${y(one[name].value)}`).join(" ");
    svg.append(made(svg, "polyline", { points: path, class: name }));
    svg.append(made(svg, "circle", { cx: x(own), cy: y(found[name].value), r: 5, class: name }));
    const [across, last] = points.at(-1);
    const end = { x: x(across) + 8, y: y(last[name].value) + 4, class: `name ${name}` };
    svg.append(made(svg, "text", end, words));
  }

  // Names at the ends of lines that meet.
  function apart([one, other]) {
    const [first, second] = [one, other].map((each) => Number(each.getAttribute("y")));
    const missing = 15 - Math.abs(first - second);
    if (missing > 0) {
      const way = first < second ? -1 : 1;
      one.setAttribute("y", first + (way * missing) / 2);
      other.setAttribute("y", second - (way * missing) / 2);
    }
  }

  return { draw };
})();
