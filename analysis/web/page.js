// From tables and figures at rest to tables that sort and figures that can be enlarged.

// Sorting: by value, smallest first, then largest first, then as published. Words come after
// numbers, empty cells last. A row that leans on the one above moves with it, and rows that only
// name a group are left out while the groups are mixed.
(() => {
  const ORDERS = { none: "ascending", ascending: "descending", descending: "none" };

  function blocksOf(rows) {
    const blocks = [];
    for (const row of rows.filter((row) => !("group" in row.dataset))) {
      if ("leans" in row.dataset && blocks.length) {
        blocks.at(-1).push(row);
      } else {
        blocks.push([row]);
      }
    }

    return blocks;
  }

  function keyOf(cell) {
    const text = cell?.textContent.trim() ?? "";
    const value = cell?.dataset.value;
    return { text, value: value === undefined ? null : Number(value) };
  }

  function rankOf(key) {
    if (key.value !== null) {
      return 0;
    }

    return key.text ? 1 : 2;
  }

  function compare(first, second, way) {
    const [one, other] = [rankOf(first), rankOf(second)];
    if (one !== other) {
      return one - other;
    }

    const order =
      one === 0
        ? first.value - second.value
        : first.text.localeCompare(second.text, "en", { numeric: true });
    return way * order;
  }

  function sort(table, published, column, order) {
    const body = table.tBodies[0];
    const groups = published.filter((row) => "group" in row.dataset);
    for (const row of groups) {
      row.hidden = order !== "none";
    }

    if (order === "none") {
      body.append(...published);
      return;
    }

    const way = order === "ascending" ? 1 : -1;
    const keyed = blocksOf(published).map((block) => [keyOf(block[0].cells[column]), block]);
    keyed.sort(([first], [second]) => compare(first, second, way));
    body.append(...keyed.flatMap(([, block]) => block), ...groups);
  }

  for (const table of document.querySelectorAll(".table table")) {
    const published = [...table.tBodies[0].rows];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      if (!button.textContent.trim()) {
        button.setAttribute("aria-label", "first column");
      }

      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const order = ORDERS[head.getAttribute("aria-sort")];
        for (const other of heads) {
          other.setAttribute("aria-sort", other === head ? order : "none");
        }

        sort(table, published, column, order);
      });
    });
  }
})();

// Enlarging.
(() => {
  const STEP = 1.5;
  const MOST = 12;
  const LEGIBLE_PIXELS = 864; // the width that figures are drawn for
  const dialog = document.getElementById("enlarged");
  const view = dialog.querySelector(".view");
  const image = view.querySelector("img");
  let scale = 1;

  function show(next) {
    const before = scale;
    scale = Math.min(MOST, Math.max(1, next));
    const middle = [view.scrollLeft + view.clientWidth / 2, view.scrollTop + view.clientHeight / 2];
    const width = view.clientWidth * scale;
    image.style.inlineSize = `${width}px`;
    view.scrollTo(
      (middle[0] * scale) / before - view.clientWidth / 2,
      (middle[1] * scale) / before - view.clientHeight / 2,
    );
  }

  function act(what) {
    if (what === "close") {
      dialog.close();
    } else if (what === "0") {
      show(1);
    } else {
      show(what === "1" ? scale * STEP : scale / STEP);
    }
  }

  for (const button of document.querySelectorAll(".enlarge")) {
    button.addEventListener("click", () => {
      const own = button.querySelector("img");
      image.src = own.src;
      image.alt = own.alt;
      dialog.showModal();
      scale = 1;
      show(Math.max(1, LEGIBLE_PIXELS / view.clientWidth));
      view.scrollTo(0, 0);
      view.focus();
    });
  }

  dialog.addEventListener("click", (event) => {
    const what = event.target.dataset.zoom;
    if (what !== undefined) {
      act(what);
    }
  });
  dialog.addEventListener("keydown", (event) => {
    const what = { "+": "1", "=": "1", "-": "-1", "\u2212": "-1", 0: "0" }[event.key];
    if (what !== undefined) {
      act(what);
      event.preventDefault();
    }
  });
})();

// On paper nothing can be unfolded; on a phone the contents begin folded.
(() => {
  const folded = () => [...document.querySelectorAll("main details:not([open])")];
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = folded();
    for (const one of opened) {
      one.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const one of opened) {
      one.open = false;
    }
  });

  if (matchMedia("(max-width: 78rem)").matches) {
    document.querySelector("nav details").open = false;
  }
})();
