import {
  begin,
  dashed,
  day,
  each,
  hour,
  iso,
  named,
  objects,
  padded,
  several,
  soon,
  uuid,
  type ArrivalCase,
} from "./writers";

/** What other programs write. */
export const otherArrivals: readonly ArrivalCase[] = [
  ["epoch", "fetcher", named(97, (time) => `app/${time}.log`)],
  [
    "times with milliseconds, several a second",
    "fetcher",
    each(objects / 2, 61, (time) =>
      [123, 456].map((milliseconds) => ({
        key: `app/${iso(time).slice(0, 20)}${milliseconds}Z.log`,
        at: time + milliseconds / 1000,
      })),
    ),
  ],
  ["a file a day", "fetcher", named(86_400, (time) => `logs/app-${iso(time).slice(0, 10)}.log`)],
  [
    "folders by month",
    "fetcher",
    named(7_000, (time) => `logs/${iso(time).slice(0, 7)}/${dashed(time)}.log`),
  ],
  [
    "folders by compact month",
    "fetcher",
    named(7_000, (time) => `logs/${iso(time).slice(0, 7).replace("-", "")}/${dashed(time)}.log`),
  ],
  [
    "folders by year, and a counter",
    "fetcher",
    named(70_000, (time, index) => `logs/${iso(time).slice(0, 4)}/${padded(index, 7)}.log`),
  ],
  [
    "folders by year of two digits",
    "fetcher",
    named(7_200, (time) => `app/${day(time).slice(2)}/${hour(time)}.log`),
  ],
  ["a counter with zeros", "fetcher", named(60, (_, index) => `c/part-${padded(index, 8)}`)],
  [
    "a counter by hour",
    "fetcher",
    named(60, (time, index) => `c/${iso(time).slice(0, 13)}/${padded(index, 6)}`),
  ],
  [
    "ids that begin with a time",
    "fetcher",
    named(60, (time, _, random) => `up/${time.toString(16)}${random.hex(16)}.json`),
  ],
  [
    "UUIDs that begin with a time",
    "fetcher",
    named(60, (time, _, random) => {
      const milliseconds = (time * 1000).toString(16).padStart(12, "0");
      return `up/${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-7${random.hex(3)}-8${random.hex(3)}-${random.hex(12)}`;
    }),
  ],
  [
    "hosts by name",
    "split",
    several(["web-1", "web-2"], [60, 0, 20], (host, time) => `logs/${host}-${time}.log`),
  ],
  [
    "tenants by folder",
    "split",
    several(
      ["a", "b", "c"],
      [60, 0, 20],
      (tenant, time) => `logs/${tenant}/${day(time)}/${dashed(time)}.log`,
    ),
  ],
  [
    "tenants of two regions",
    "split",
    several(
      ["eu/a", "eu/b", "us/a"],
      [60, 0, 20],
      (tenant, time) => `${tenant}/${iso(time).slice(0, 10)}/${time}.log`,
    ),
  ],
  ["a counter without zeros", "hook", named(60, (_, index) => `c/part-${index}`)],
  [
    "folders by a counter without zeros",
    "hook",
    named(60, (_, index) => `c/batch-${1 + Math.floor(index / 30)}/part-${padded(index % 30, 3)}`),
  ],
  [
    "dates that begin with the day",
    "hook",
    named(3_600, (time) => `app/${day(time).split("/").reverse().join("-")}/${hour(time)}.log`),
  ],
  [
    "months without zeros",
    "hook",
    named(20_000, (time, index) => `app/2026/${Number(iso(time).slice(5, 7))}/${padded(index, 7)}.log`),
  ],
  [
    "months by name",
    "hook",
    named(
      9_000,
      (time) =>
        `app/2026/${["Jan", "Feb", "Mar", "Apr", "May"][new Date(time * 1000).getUTCMonth()]}/${dashed(time)}.log`,
    ),
  ],
  [
    "hours without zeros",
    "hook",
    named(600, (time) => `app/${iso(time).slice(0, 10)}/${Number(hour(time))}/${dashed(time)}.log`),
  ],
  ["UUIDs", "hook", named(60, (_, __, random) => `u/${uuid(random)}`)],
  ["UUIDs within a day", "hook", named(600, (time, _, random) => `u/${day(time)}/${uuid(random)}`)],
  [
    "folders by hash",
    "hook",
    named(60, (time, _, random) => `${random.hex(4)}/${day(time)}/${dashed(time)}.log`),
  ],
  [
    "hosts behind the time, within a second",
    "hook",
    several(["web1", "web2"], [60, 0, 0], (host, time) => `logs/${time}-${host}.log`),
  ],
  [
    "one in 200 late by an hour",
    "hook",
    each(objects, 60, (time, index, random) => [
      { key: `app/${time}.log`, at: time + (index % 200 === 150 ? 4_000 : 0) + soon(random) },
    ]),
  ],
  [
    "a file that is written again and again",
    "hook",
    each(objects / 2, 60, (time, _, random) => [
      { key: `app/${time}.log`, at: time + soon(random) },
      { key: "app/current.log", at: time + 5 + soon(random) },
    ]),
  ],
  [
    "old files that are written again",
    "hook",
    (seed) => {
      const written = named(60, (time) => `app/${time}.log`)(seed);
      return [...written, ...written.slice(100, 130).map(({ key }) => ({ key, at: begin + 300 * 60 + 1.5 }))];
    },
  ],
];
