import { parse } from "yaml";
import { checkReport } from "../../../support/check-report";
import type { StoredObject } from "../../../support/listing-double";

const begin = Date.UTC(2026, 3, 1) / 1000;
const iso = (time: number): string => new Date(time * 1000).toISOString();

/** Each so many seconds, by default a minute. */
function every(objects: number, key: (time: number, index: number) => string, seconds = 60): StoredObject[] {
  return Array.from({ length: objects }, (_, index) => {
    const writtenAt = begin + index * seconds;
    return { key: key(writtenAt, index), writtenAt };
  });
}

const padded = (number: number, digits: number): string => String(number).padStart(digits, "0");
const epochs = every(500, (time) => `app/${time}.log`);

describe("the prefix to configure", () => {
  it.each<[string, string, (time: number, index: number) => string]>([
    ["has the start of names, as Logz.io asks for it", "logs/web-1-", (time) => `logs/web-1-${time}.log`],
    ["has no year", "logs/", (_, index) => `logs/2026/app-${padded(index, 6)}.log`],
    ["has no month", "logs/", (_, index) => `logs/2026-04/${padded(index, 6)}.log`],
    ["has no compact month", "logs/", (_, index) => `logs/202604/${padded(index, 6)}.log`],
    ["has no week", "logs/", (_, index) => `logs/2026-W14/${padded(index, 6)}.log`],
    ["has no year of two digits", "logs/", (_, index) => `logs/26/04/${padded(index, 6)}.log`],
    ["has an account", "AWSLogs/123456789012/app/", (time) => `AWSLogs/123456789012/app/${time}.log`],
    ["begins with no slash, which logzio.yaml refuses", "", (time) => `/logs/${time}.log`],
  ])("%s: %j", (_, prefix, key) => {
    const { verdict } = checkReport(every(300, key, 3_600));

    expect(verdict).toMatchObject({ kind: "fetcher", prefixes: [prefix] });
  });

  it("is said to end with its month where it was asked for so", () => {
    const objects = every(300, (time) => `app/2026/04/${iso(time).slice(8, 10)}/${time}.log`, 3_600);
    const { verdict } = checkReport(objects, { prefix: "app/2026/04/" });

    expect(verdict.cautions.join()).toContain(
      'The prefix app/2026/04/ names a time, 2026/04: what comes later has another. Check with --prefix "app/"',
    );
  });

  it("is written with escapes for what would drive a terminal, and reads back the same", () => {
    const prefix = "a\u009b31m\u202e\u2028\u{1f600} é:\u0001/";
    const { configuration } = checkReport(every(300, (time) => `${prefix}${time}.log`));

    expect(configuration).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}]*$/mu);
    expect(parse(configuration ?? "")).toMatchObject({ access: { buckets: [{ prefix }] } });
  });
});

describe("a name for good", () => {
  it("that sorts behind all others rules the fetcher out: it would read nothing more", () => {
    const { verdict } = checkReport([...epochs, { key: "app/current.log", writtenAt: begin + 40_000 }]);

    expect(verdict.kind).toBe("hook");
    expect(verdict.reasons.join()).toMatch(/app\/current\.log has neither time nor number in its name/);
  });

  it("that sorts before them does not", () => {
    const { verdict } = checkReport([...epochs, { key: "app/.current", writtenAt: begin - 1 }]);

    expect(verdict.kind).toBe("fetcher");
  });
});

describe("what was written within one second", () => {
  it.each<[string, string, (second: number, index: number) => string]>([
    ["in order by a finer time in their names", "fetcher", (second, index) => `${second}${index}00.log`],
    [
      "in order by a counter",
      "fetcher",
      (second, index) => `part-${padded((second - begin) * 2 + index, 9)}.log`,
    ],
    ["in no order that names would tell", "hook", (second, index) => `${second}-web${index}.log`],
  ])("is taken to be %s: %s", (_, kind, name) => {
    const objects = epochs.flatMap(({ writtenAt }) =>
      [1, 2].map((index) => ({ key: `app/${name(writtenAt, index)}`, writtenAt })),
    );
    const { verdict, order } = checkReport(objects);

    expect(order).toMatchObject({ missed: 0, sameSecond: 500 });
    expect(verdict.kind).toBe(kind);
  });

  it("is one moment, and it takes a hundred", () => {
    const copied = every(1_000, (_, index) => `app/${padded(index, 6)}.log`, 0);
    const { verdict } = checkReport([...copied, { key: "app/001000.log", writtenAt: begin + 4_000 }]);

    expect(verdict).toMatchObject({
      kind: "unknown",
      reasons: [expect.stringMatching(/^They were written in 2 different seconds/)],
    });
  });
});

describe("a copy", () => {
  it("within one second proves nothing, whatever the names", () => {
    const { verdict } = checkReport(
      ["a", "b", "c", "d"].map((name) => ({ key: `app/${name}.log`, writtenAt: begin })),
    );

    expect(verdict.kind).toBe("unknown");
  });

  const daily = every(700, (time) => `app/${iso(time).slice(0, 10)}.log`, 86_400);

  it("is one where a few objects came after it in their own time", () => {
    const copied = daily.map(({ key }, index) => ({ key, writtenAt: begin + 700 * 86_400 + index }));
    const live = every(800, (time) => `app/${iso(time).slice(0, 10)}.log`, 86_400).slice(780);
    const { verdict } = checkReport([...copied, ...live]);

    expect(verdict.kind).toBe("unknown");
    expect(verdict.reasons.join()).toMatch(
      /Most names tell of .* days, but were written within .*: they were copied here/,
    );
  });

  it("is none for one old name", () => {
    const { verdict } = checkReport([
      { key: "app/2019-01-01.log", writtenAt: begin - 9 },
      ...daily.slice(0, 300),
    ]);

    expect(verdict.kind).toBe("fetcher");
  });
});

describe("narrower prefixes", () => {
  it("are no way where they follow one another: the next is not known", () => {
    const { verdict, configuration } = checkReport(
      every(360, (_, index) => `in/batch-${1 + Math.floor(index / 30)}/part-${padded(index % 30, 4)}.log`),
    );

    expect(verdict.kind).toBe("hook");
    expect(verdict.reasons.join()).toMatch(
      /12 narrower prefixes .* but these were written one after the other/,
    );
    expect(configuration).toContain("prefix: in/\n");
  });

  it("are a way where one of them is of a writer that came late and writes beside the others", () => {
    const late = { since: begin + 450 * 60, key: (time: number) => `b/${time}.log` };
    const objects = every(500, (time) => `c/${time}.log`).flatMap((one) =>
      one.writtenAt < late.since ? [one] : [one, { ...one, key: late.key(one.writtenAt) }],
    );

    expect(checkReport(objects).verdict).toMatchObject({ kind: "split", prefixes: ["b/", "c/"] });
  });

  it("are no way where a bucket has more than were looked for", () => {
    const objects = epochs.flatMap(({ key, writtenAt }) =>
      ["a", "b"].map((tenant, index) => ({ key: `${tenant}/${key}`, writtenAt: writtenAt + index })),
    );

    expect(checkReport(objects).verdict.kind).toBe("split");
    expect(checkReport(objects, { complete: false, places: 50, allStreams: false }).verdict.kind).toBe(
      "hook",
    );
  });

  it("that were written one after the other in order are said to have ended", () => {
    const { verdict } = checkReport(every(400, (time, index) => `${index < 200 ? "a" : "b"}/${time}.log`));

    expect(verdict.kind).toBe("fetcher");
    expect(verdict.cautions.join()).toMatch(/2 different beginnings, .* If one of these goes on/);
  });

  it("with numbers of one digit are said to come to two", () => {
    const { verdict } = checkReport(
      every(450, (_, index) => `in/batch-${1 + Math.floor(index / 50)}/part-${padded(index % 50, 4)}.log`),
    );

    expect(verdict.kind).toBe("fetcher");
    expect(verdict.cautions.join()).toMatch(/the greatest 9\. If they go on to 10, that sorts before 9/);
  });
});

describe("a folder marker", () => {
  it("that sorts behind what came later is said to be a risk", () => {
    const marker = { key: "app/9/", writtenAt: begin - 1, bytes: 0 };
    const { verdict, objects } = checkReport([...epochs, marker]);

    expect(verdict.kind).toBe("fetcher");
    expect(objects).toMatchObject({ count: 500, noLogs: 1 });
    expect(verdict.cautions.join()).toMatch(/500 objects were written after a folder marker or test file/);
  });

  it.each([
    ["before them", "app/", begin - 1],
    ["outside of the prefix", "web/", begin - 1],
    ["behind them, but written later", "app/9/", begin + 40_000],
  ])("is none %s", (_, key, writtenAt) => {
    const { verdict } = checkReport([...epochs, { key, writtenAt, bytes: 0 }]);

    expect(verdict.cautions.join()).not.toMatch(/folder marker/);
  });
});

describe("a date that stays", () => {
  it("is a release's, and says nothing about the order", () => {
    const { verdict } = checkReport(every(300, (time) => `release-2026.4.2/${time}.log`, 3_600));

    expect(verdict.kind).toBe("fetcher");
  });

  it("may be the first day's", () => {
    const { verdict } = checkReport(every(300, (_, index) => `app/01-04-2026/${padded(index, 6)}.log`));

    expect(verdict.kind).toBe("hook");
    expect(verdict.reasons.join()).toMatch(/Dates do not begin with the year \(app\/DD-MM-YYYY/);
  });
});

it("says under which prefix there is nothing", () => {
  const { verdict } = checkReport([], { prefix: "nothing/" });

  expect(verdict).toMatchObject({
    kind: "unknown",
    reasons: [expect.stringContaining('starts with "nothing/"')],
  });
});

it("is unknown where the places behind the listed keys could not be found", () => {
  const { verdict } = checkReport(epochs, { complete: false, places: 0 });

  expect(verdict).toMatchObject({
    kind: "unknown",
    reasons: [expect.stringMatching(/none of which was found/)],
  });
});
