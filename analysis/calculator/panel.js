// From the form of the calculator to sentences about its answer; the numbers are model.js's.
(() => {
  const panel = document.getElementById("calculator");
  if (!panel) {
    return;
  }

  const parameters = JSON.parse(document.getElementById("parameters").textContent);
  const form = panel.querySelector("form");
  const { machine, placement, sort, work_us: work, in_flight: inFlight, hops } = form.elements;
  const numbers = { work_us: work, in_flight: inFlight, hops };
  const find = (name) => panel.querySelector(`[data-out="${name}"]`);
  const UNITS = [[1, "s"], [1e3, "ms"], [1e6, "µs"], [1e9, "ns"]];
  const OUTSIDE = "Outside of what was measured, so there is no answer.";
  const NAMES = {
    hops: "hops per request",
    in_flight: "requests in flight",
    work_us: "the work in the handler",
  };

  function three(number) {
    return Number(number.toPrecision(3)).toLocaleString("en", {
      maximumSignificantDigits: 3,
      useGrouping: false,
    });
  }

  function unitOf(seconds) {
    return UNITS.find(([factor]) => seconds * factor >= 0.9995) ?? UNITS.at(-1);
  }

  function duration(seconds) {
    const [factor, unit] = unitOf(seconds);
    return `${three(seconds * factor)} ${unit}`;
  }

  function interval(one, factor) {
    const known = one.low !== null && one.high !== null;
    return known ? ` (${three(one.low * factor)} to ${three(one.high * factor)})` : "";
  }

  function time(one) {
    const [factor, unit] = unitOf(one.value);
    return `${three(one.value * factor)} ${unit}${interval(one, factor)}`;
  }

  function percent(share) {
    return `${three(100 * share)} %`;
  }

  function ratio(one) {
    return `× ${three(one.value)}${interval(one, 1)}`;
  }

  // Text with `code` in it; nothing else is markup.
  function write(name, text) {
    const parts = text.split("`").map((piece, at) => {
      const made = document.createElement(at % 2 ? "code" : "span");
      made.textContent = piece;
      return made;
    });
    find(name).replaceChildren(...parts);
    find(name).hidden = !text;
  }

  function question() {
    return {
      machine: machine.value,
      placement: placement.value,
      sort: sort.value,
      work_us: work.valueAsNumber,
      in_flight: inFlight.valueAsNumber,
      hops: hops.valueAsNumber,
    };
  }

  function placeOf(asked) {
    const own = parameters.machines.find((one) => one.name === asked.machine);
    return own.places.find((one) => one.placement === asked.placement);
  }

  function shown(field, number) {
    return field === "work_us" ? duration(number / 1e6) : three(number);
  }

  function validity(one) {
    const { field, low, high } = one;
    return low === high
      ? `measured with ${shown(field, low)} only`
      : `valid from ${shown(field, low)} to ${shown(field, high)}`;
  }

  function nearest(one) {
    return numbers[one.field].valueAsNumber > one.high ? one.high : one.low;
  }

  // The ranges of the inputs, whether or not they are kept.
  function ranges(asked, curve) {
    const beyond = { ...asked, hops: -1, in_flight: -1, work_us: -1 };
    const every = curve ? calculator.answer(parameters, beyond).outside : [];
    for (const field of Object.keys(numbers)) {
      const found = every.find((one) => one.field === field);
      panel.querySelector(`#${field}-range`).textContent = found ? validity(found) : "";
    }

    work.disabled = asked.sort === "none";
    panel.querySelector("#sort-help").textContent =
      curve?.valid_us && curve.same_work ? "the very same, written either way" : "";
  }

  function complain(outside) {
    for (const [field, input] of Object.entries(numbers)) {
      input.setAttribute("aria-invalid", String(outside.some((one) => one.field === field)));
    }

    const list = find("outside-list");
    list.replaceChildren(
      ...outside.map((one) => {
        const item = document.createElement("li");
        if (one.field === "sort") {
          item.textContent = "such work was not measured there";
          return item;
        }

        const use = document.createElement("button");
        use.type = "button";
        use.textContent = `Use ${shown(one.field, nearest(one))}`;
        use.addEventListener("click", () => {
          numbers[one.field].value = nearest(one);
          numbers[one.field].focus();
          refresh();
        });
        item.append(`${NAMES[one.field]}: ${validity(one)} `, use);
        return item;
      }),
    );
  }

  function sayWinner(found) {
    const [own, other] = [found.upper.value, found.lower.value];
    const gap = duration(Math.abs(own - other));
    if (found.winner === "neither") {
      return "No difference that this run can tell.";
    }

    return found.winner === "def"
      ? `\`def\` wins: ${gap} less per request.`
      : `\`async def\` wins: ${gap} less per request.`;
  }

  function sayBreakEven(found, curve, asked) {
    if (!curve.valid_us) {
      return "With no work there is no break-even: choose a sort of work.";
    }

    if (!curve.same_work) {
      return "There is no break-even: `def` blocks a thread where `async def` awaits.";
    }

    const exact = curve.loads.find((load) => load.in_flight === asked.in_flight);
    if (exact?.said && !found.composed) {
      return `Break-even: ${exact.said}.`;
    }

    const { where, seconds } = found.break_even;
    const said = {
      at: `Break-even: \`def\` wins from ${duration(seconds)} of such work on.`,
      before: `\`def\` wins from the shortest work measured on, ${duration(seconds)}.`,
      beyond: `No break-even: \`def\` does not win up to the longest work measured, ${duration(seconds)}.`,
    }[where];
    const measured = curve.loads
      .filter((load) => found.between.includes(load.in_flight) && load.said)
      .map((load) => `with ${load.in_flight} in flight, ${load.said}`);
    return found.composed || !measured.length ? said : `${said} Measured: ${measured.join("; ")}.`;
  }

  function sayBeside(found) {
    if (!found.beside) {
      return "";
    }

    const { upper, lower } = found.beside;
    return (
      `Beside it: where such work fills ${percent(parameters.utilisation)} of the time, all but the slowest ` +
      "hundredth of trivial requests on the same event loop are answered within " +
      `${time(upper)} if it is \`def\`, and ${time(lower)} if it is \`async def\`.`
    );
  }

  function sayBasis(found, curve, place, asked) {
    const words =
      found.between.length === 1
        ? `measured with ${found.between[0]} in flight`
        : `between what was measured with ${found.between[0]} and with ${found.between[1]} in flight`;
    const hop = place.further;
    const more = found.composed
      ? ` Composed: to that are added ${three(asked.hops - 1)} further hops at ${time(hop.price)}, ` +
        `measured one request at a time (${hop.found_in}, \`${hop.data}\`). ` +
        "What they cost under load was not measured."
      : "";
    return (
      `From the study \`${curve.study}\` (\`${curve.data}\`), ${words}, ${place.words}.` +
      ` Brackets hold ${percent(parameters.level)} intervals.${more}`
    );
  }

  function bars(found) {
    const most = Math.max(found.upper.value, found.lower.value);
    for (const [name, one] of [["upper", found.upper], ["lower", found.lower]]) {
      find(`${name}-bar`).style.inlineSize = `${(100 * one.value) / most}%`;
    }
  }

  function refresh() {
    const asked = question();
    const place = placeOf(asked);
    const curve = place.curves.find((one) => one.sort === asked.sort);
    const found = calculator.answer(parameters, asked);
    const inside = found.outside.length === 0;
    ranges(asked, curve);
    complain(found.outside);
    find("inside").hidden = !inside;
    find("outside").hidden = inside;
    write("verdict", inside ? sayWinner(found) : OUTSIDE);
    if (!inside) {
      return;
    }

    bars(found);
    const own = curve.valid_us ? "work_us" : "in_flight";
    const answerAt = (number) => calculator.answer(parameters, { ...asked, [own]: number });
    calculatorChart.draw(find("chart"), { curve, asked, answerAt, found });
    write("upper", time(found.upper));
    write("lower", time(found.lower));
    write("ratio", `\`def\` takes ${ratio(found.ratio)} the time of \`async def\`.`);
    write("break-even", sayBreakEven(found, curve, asked));
    write("beside", sayBeside(found));
    write("basis", sayBasis(found, curve, place, asked));
  }

  // Another machine has other placements.
  function offer() {
    const own = parameters.machines.find((one) => one.name === machine.value);
    const before = placement.value;
    placement.replaceChildren(
      ...own.places.map((one) => new Option(one.words, one.placement)),
    );
    if (own.places.some((one) => one.placement === before)) {
      placement.value = before;
    }
  }

  machine.replaceChildren(...parameters.machines.map((one) => new Option(one.name)));
  offer();
  const last = placement.options.length - 1;
  placement.selectedIndex = last;
  const titles = new Map(
    parameters.machines
      .flatMap((one) => one.places)
      .flatMap((one) => one.curves)
      .map((one) => [one.sort, one.title.replaceAll("`", "")]),
  );
  sort.replaceChildren(...[...titles].map(([name, title]) => new Option(title, name)));
  sort.value = titles.has("blocking") ? "blocking" : sort.options[0].value;

  machine.addEventListener("change", offer);
  form.addEventListener("input", refresh);
  form.addEventListener("change", refresh);
  addEventListener("resize", refresh);
  form.addEventListener("submit", (event) => event.preventDefault());
  panel.hidden = false;
  refresh();
})();
