/** Proves that whoever has many keys in the work queue has a share of its workers, and no more. */
import { expect } from "chai";
import { Bench } from "../../support/queue-bench.ts";

/** Keys are `<owner>/<number>`. */
const SHARING = { owners: [(key: string) => key.split("/")[0] ?? ""], atOnce: 2 };

describe("a work queue that is shared", () => {
  it("works on two keys of one owner at once, however many workers have nothing to do", async () => {
    const bench = new Bench(8, SHARING);
    for (const key of ["mallory/1", "mallory/2", "mallory/3", "mallory/4"]) bench.queue.add(key, "drift");
    bench.queue.add("jane/1", "resync");
    void bench.run();
    expect(bench.started).to.deep.equal(["mallory/1", "mallory/2", "jane/1"]);
    await bench.finish("mallory/1");
    await bench.finish("mallory/2", new Error("failed"));
    expect(bench.running).to.deep.equal(["jane/1", "mallory/3", "mallory/4"]);
    bench.stop.abort();
  });

  it("works on one more that is most urgent: it need not wait for the others of its owner", async () => {
    const bench = new Bench(8, { ...SHARING, atOnce: 1 });
    for (const key of ["mallory/1", "mallory/2"]) bench.queue.add(key, "drift");
    void bench.run();
    for (const key of ["mallory/grant", "mallory/other"]) bench.queue.add(key, "user");
    expect(bench.started).to.deep.equal(["mallory/1", "mallory/grant"]);
    await bench.finish("mallory/grant");
    expect(bench.running).to.deep.equal(["mallory/1", "mallory/other"]);
    bench.stop.abort();
  });

  it("takes turns where there are fewer workers", async () => {
    const bench = new Bench(1, SHARING);
    for (const key of ["mallory/1", "mallory/2", "mallory/3", "jane/1", "jane/2"]) bench.queue.add(key, "user");
    void bench.run();
    for (const key of ["mallory/1", "jane/1", "mallory/2", "jane/2", "mallory/3"]) await bench.finish(key);
    expect(bench.started).to.deep.equal(["mallory/1", "jane/1", "mallory/2", "jane/2", "mallory/3"]);
    bench.stop.abort();
  });

  it("goes on with an owner whose key was added again while it was worked on", async () => {
    const bench = new Bench(8, { ...SHARING, atOnce: 1 });
    bench.queue.add("jane/1", "drift");
    void bench.run();
    bench.queue.add("jane/1", "drift");
    bench.queue.add("jane/2", "drift");
    await bench.finish("jane/1");
    await bench.finish("jane/2");
    await bench.finish("jane/1");
    expect(bench.started).to.deep.equal(["jane/1", "jane/2", "jane/1"]);
    bench.stop.abort();
  });
});
