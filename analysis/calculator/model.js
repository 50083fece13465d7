// From a question about a handler to what `def` and `async def` cost it, from what was measured.
// The model is described in model.py; this is it and interpolation.py, function by function.
const calculator = (() => {
  const DEF = "def";
  const ASYNC_DEF = "async def";
  const NEITHER = "neither";
  const PER_SECOND_US = 1e6;
  const WHOLE = ["hops"];

  function answer(parameters, question) {
    const place = placeOf(parameters, question);
    const curve = place.curves.find((one) => one.sort === question.sort);
    if (!curve) {
      return outsideOnly([{ field: "sort", low: 0, high: 0 }]);
    }

    const outside = outsideOf(place, curve, question);
    if (outside.length) {
      return outsideOnly(outside);
    }

    const loads = around(curve.loads, question.in_flight);
    const plain = nodesAt(loads, question.in_flight);
    const nodes = plain.map((node) => withHops(node, place, question.hops));
    const found = nodeAt(nodes, question.work_us);
    const alone = question.hops === 1;

    return {
      outside,
      upper: found.upper,
      lower: found.lower,
      ratio: found.ratio,
      winner: winner(found.ratio),
      break_even: curve.same_work && curve.valid_us ? breakEven(nodes) : null,
      beside: alone ? beside(curve, question.work_us) : null,
      composed: !alone,
      between: loads.map((load) => load.in_flight),
    };
  }

  function outsideOnly(outside) {
    const nothing = { upper: null, lower: null, ratio: null, winner: null, break_even: null };
    return { outside, ...nothing, beside: null, composed: false, between: [] };
  }

  function placeOf(parameters, question) {
    const machine = parameters.machines.find((one) => one.name === question.machine);
    return machine.places.find((one) => one.placement === question.placement);
  }

  function outsideOf(place, curve, question) {
    const most = place.further ? place.further.most : 1;
    const ranges = [
      ["hops", 1, most],
      ["in_flight", curve.loads[0].in_flight, curve.loads.at(-1).in_flight],
      ...(curve.valid_us ? [["work_us", ...curve.valid_us]] : []),
    ];
    const whole = (field) => !WHOLE.includes(field) || question[field] % 1 === 0;
    const inside = ([field, low, high]) =>
      low <= question[field] && question[field] <= high && whole(field);
    return ranges
      .filter((range) => !inside(range))
      .map(([field, low, high]) => ({ field, low, high }));
  }

  function around(loads, inFlight) {
    const exact = loads.filter((load) => load.in_flight === inFlight);
    if (exact.length) {
      return exact;
    }

    const after = loads.findIndex((load) => load.in_flight > inFlight);
    return [loads[after - 1], loads[after]];
  }

  function nodesAt(loads, inFlight) {
    if (loads.length === 1) {
      return loads[0].nodes;
    }

    const [first, second] = loads;
    const share = part(first.in_flight, second.in_flight, inFlight);
    const others = new Map(second.nodes.map((node) => [node.nominal_us, node]));
    return first.nodes.map((node) => mixed(node, others.get(node.nominal_us), share));
  }

  function withHops(node, place, hops) {
    if (hops === 1 || !place.further) {
      return node;
    }

    const more = times(place.further.price, hops - 1);
    const share = times(more, 1 / node.lower.value);
    return { ...node, upper: plus(node.upper, more), ratio: plus(node.ratio, share) };
  }

  function nodeAt(nodes, workUs) {
    if (nodes.length === 1) {
      return nodes[0];
    }

    const work = workUs / PER_SECOND_US;
    const found = nodes.findIndex((node, at) => at > 0 && work <= node.work);
    const after = found < 0 ? nodes.length - 1 : found;
    const [first, second] = [nodes[after - 1], nodes[after]];
    return mixed(first, second, part(first.work, second.work, work));
  }

  function breakEven(nodes) {
    const last = nodes.findLastIndex((node) => node.ratio.value >= 1);
    if (last === nodes.length - 1) {
      return { where: "beyond", seconds: nodes[last].work };
    }

    if (last < 0) {
      return { where: "before", seconds: nodes[0].work };
    }

    const [before, after] = [nodes[last], nodes[last + 1]];
    const share = part(before.ratio.value, after.ratio.value, 1);
    return { where: "at", seconds: mixedNumber(before.work, after.work, share) };
  }

  function beside(curve, workUs) {
    if (!curve.beside || !curve.beside_us) {
      return null;
    }

    const [low, high] = curve.beside_us;
    if (!(low <= workUs && workUs <= high)) {
      return null;
    }

    const { upper, lower, ratio } = nodeAt(curve.beside.nodes, workUs);
    return { upper, lower, ratio };
  }

  function winner(ratio) {
    if (ratio.high !== null && ratio.high < 1) {
      return DEF;
    }

    return ratio.low !== null && ratio.low > 1 ? ASYNC_DEF : NEITHER;
  }

  function part(first, second, at) {
    if (first === second) {
      return 0;
    }

    return (Math.log(at) - Math.log(first)) / (Math.log(second) - Math.log(first));
  }

  function mixed(first, second, share) {
    return {
      nominal_us: first.nominal_us,
      work: first.work ? mixedNumber(first.work, second.work, share) : 0,
      upper: mixedReading(first.upper, second.upper, share),
      lower: mixedReading(first.lower, second.lower, share),
      ratio: mixedReading(first.ratio, second.ratio, share),
    };
  }

  function mixedReading(first, second, share) {
    return {
      value: mixedNumber(first.value, second.value, share),
      low: mixedEnd(first.low, second.low, share),
      high: mixedEnd(first.high, second.high, share),
    };
  }

  function mixedEnd(first, second, share) {
    if (first === null || second === null || first <= 0 || second <= 0) {
      return null;
    }

    return mixedNumber(first, second, share);
  }

  function mixedNumber(first, second, share) {
    return Math.exp(Math.log(first) + share * (Math.log(second) - Math.log(first)));
  }

  function plus(first, second) {
    return {
      value: first.value + second.value,
      low: first.low === null || second.low === null ? null : first.low + second.low,
      high: first.high === null || second.high === null ? null : first.high + second.high,
    };
  }

  function times(one, factor) {
    return {
      value: one.value * factor,
      low: one.low === null ? null : one.low * factor,
      high: one.high === null ? null : one.high * factor,
    };
  }

  return { answer };
})();
