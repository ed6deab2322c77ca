import { checkOrder, type OrderedObject } from "../support/fetcher-order";

describe("the model's check of order", () => {
  test("lets an object be overtaken while it is too young, where one from before the start sorts behind it", () => {
    expect(() => checkOrder(overtaken({ shippedAt: 4999 }), "z944")).not.toThrow();
  });

  test.each([
    ["it had settled", overtaken({ shippedAt: 5000 }), "z944"],
    ["nothing from before the start sorts behind it", overtaken({ shippedAt: 4999 }), "A100"],
    ["there is nothing from before the start", overtaken({ shippedAt: 4999 }), undefined],
    ["there was no run yet when it was written", overtaken({ shippedAt: 4999, run: 0 }), "z944"],
  ])("does not where %s", (_, objects, lastOld) => {
    expect(() => checkOrder(objects, lastOld)).toThrow("A897 was shipped behind z157, and was not late");
  });

  test("lets it be overtaken by what was passed already when it was written", () => {
    expect(() => checkOrder(overtaken({ shippedAt: 9000, run: 5 }), undefined)).not.toThrow();
  });
});

/** `A897`, which settles at 5000 and came behind `z157` of the fifth run. */
function overtaken({ shippedAt, run = 4 }: { shippedAt: number; run?: number }): OrderedObject[] {
  const written = { run, during: false, settledAt: 5000 };
  return [
    { ...written, key: "z157", order: "z157", settledAt: 0, shippedIn: 5, shippedAt, place: 11 },
    { ...written, key: "A897", order: "A897", shippedIn: 9, shippedAt: 9000, place: 17 },
  ];
}
