import { CleanUp } from "../../../cli/demo/clean-up";

describe("cleaning up", () => {
  it("ends the last first, and each once", async () => {
    const cleanUp = new CleanUp();
    const ended: string[] = [];
    const end = (name: string): Promise<number> => Promise.resolve(ended.push(name));
    await cleanUp.own(Promise.resolve("folder"), end);
    await cleanUp.own(Promise.resolve("server"), end);

    await Promise.all([cleanUp.run(), cleanUp.run()]);

    expect(ended).toEqual(["server", "folder"]);
    expect(cleanUp.hasBegun).toBe(true);
  });

  it("stops what was still starting when the end came, and passes over what could not start", async () => {
    const cleanUp = new CleanUp();
    const stop = jest.fn(() => Promise.resolve());
    let start = (): void => undefined;
    void cleanUp.own(new Promise<void>((resolve) => (start = resolve)), stop);
    const broken = cleanUp.own(Promise.reject(new Error("no port")), stop);

    const done = cleanUp.run();
    start();
    await done;

    await expect(broken).rejects.toThrow("no port");
    expect(stop).toHaveBeenCalledTimes(1);
  });
});
