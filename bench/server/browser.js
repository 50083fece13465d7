// From a path of the server of this page to what the browser sees of many fetches of it.
const THRESHOLD_MS = 16; // the least that Event Timing reports
const SLOW_MS = 64; // far above it

const button = document.createElement("button");
const seen = { answers: [], elapsed: 0, clicks: 0, events: [] };
let lastClickFrom = Infinity;

// A click changes what is on the screen, as a person's does: its events last until then.
button.style = "position: fixed; inset: 0; width: 100%; height: 100%; font-size: 50px";
button.addEventListener("click", ({ timeStamp }) => {
  if (timeStamp < lastClickFrom) {
    seen.clicks += 1;
    button.textContent = seen.clicks;
    return;
  }

  for (const start = performance.now(); performance.now() < start + SLOW_MS; );
});

// As in INP, only what belongs to an interaction counts, not hovering. Events are reported in
// order and the last click is slow on purpose: once it is reported, all before it have been, and
// that some were not is their speed and no fault of the observer.
const lastClick = new Promise((resolve) => {
  const observer = new PerformanceObserver((list) => {
    for (const { name, startTime, duration, interactionId } of list.getEntries()) {
      if (startTime < lastClickFrom) {
        if (interactionId > 0) {
          seen.events.push(duration);
        }
      } else if (name === "click") {
        resolve();
      }
    }
  });
  observer.observe({ type: "event", durationThreshold: THRESHOLD_MS });
});

async function answer(url) {
  try {
    const response = await fetch(url, { cache: "no-store" });
    return { url, status: response.status, body: await response.text() };
  } catch (error) {
    return { url, status: 0, body: error.message };
  }
}

// Chromium sends fetches of one URL one after the other, lest the first answer could be cached
// for all: so each has a URL of its own, and none may be cached.
async function load(path, fetches) {
  performance.setResourceTimingBufferSize(fetches + 10);
  const urls = Array.from({ length: fetches }, (_, each) => `${location.origin}${path}?fetch=${each}`);
  const start = performance.now();
  seen.answers = await Promise.all(urls.map(answer));
  seen.elapsed = performance.now() - start;
}

// The next click is the last one, and not one of those that are measured.
function settle() {
  lastClickFrom = performance.now();
}

// All times are in milliseconds.
async function report() {
  await lastClick;
  const timings = seen.answers.flatMap(({ url }) => performance.getEntriesByName(url, "resource"));
  return { ...seen, timings: timings.map((timing) => timing.toJSON()) };
}

// Chromium drops clicks on a page that it has not painted yet.
document.body.replaceChildren(button);
new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
