// Once Perfetto has opened the trace: unfold its processes, and draw the arrows of all hops.
async function explain() {
  while (!window.app?.trace || app.isLoadingTrace) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  const { flows, timeline, traceInfo, tracks } = app.trace;
  app.commands.runCommand("dev.perfetto.ExpandAllGroups");
  timeline.timestampFormat = "microseconds";

  // What Perfetto does when an area is selected and its category of arrows is ticked, without
  // the area's shade. The next selection that a person makes takes over.
  flows.setCategoryVisible("hop", true);
  const { start, end } = traceInfo;
  flows.updateFlows({ kind: "area", start, end, tracks: tracks.getAllTracks() });
}

// Another version of Perfetto may know none of this: then it is as it always was.
explain().catch((error) => console.warn("hopcost:", error));
