import { zipSync } from "fflate";
import type { Random } from "./random";
import { at, dayPath, sample, type Sample } from "./sample";

const type = "s3_hook";
const folder = `app/checkout/${dayPath}`;

/** Files of an application: the shapes that people put into buckets themselves, each with its edge. */
export function applicationSamples(random: Random): Sample[] {
  return [
    jsonLines(random),
    jsonArray(random),
    sample(
      "One JSON object over many lines",
      `${folder}/deployment.json`,
      JSON.stringify(
        { service: "checkout", build: random.hex(7), steps: [{ name: "test", ok: true }] },
        null,
        2,
      ),
      type,
      1,
    ),
    text(random),
    zip(random),
    sample(
      "A name with spaces, plus and unicode",
      `${folder}/naïve file+1 (copy) 日本.log`,
      "one\ntwo\n",
      type,
      2,
    ),
  ];
}

/** Objects of which nothing must come. */
export function objectsLeftAlone(): Sample[] {
  return [
    sample("An empty object", `${folder}/empty.log`, "", undefined, 0),
    sample("A folder marker, as the S3 console makes it", `${folder}/`, "", undefined, 0),
    sample("Outside of the stack's prefixes", "private/notes.txt", "not to be shipped\n", undefined, 0),
  ];
}

function jsonLines(random: Random): Sample {
  const lines = Array.from({ length: 30 }, (_, index) => {
    const [whole, cents] = [random.whole(1, 900), random.whole(10, 99)];
    // Text, not JSON.stringify: 1.50 and integers over 2^53 do not survive a JavaScript number.
    return `{"timestamp":"${at(index).toISOString()}","level":"${random.pick(["info", "warn"])}","order":1234567890123456789${index % 10},"amount":${whole}.${cents},"tax":1.50,"currency":"€"}\n`;
  });
  lines[12] = '{"timestamp":"2026-11-20T12:00:12Z","level":"error","message":"cut off while wr\n';
  return sample(
    "JSON lines: 20-digit integers, 1.50, one line that is broken",
    `${folder}/checkout-${random.hex(6)}.jsonl`,
    lines.join(""),
    type,
    lines.length,
    ['"order":12345678901234567890', '"tax":1.50', '"currency":"€"'],
  );
}

function jsonArray(random: Random): Sample {
  const elements = Array.from(
    { length: 12 },
    (_, index) =>
      `{"n":${index},"id":"${random.hex(8)}","ratio":0.10,"text":"a \\"]\\" in a string, {not a brace}"}`,
  );
  return sample(
    "One JSON array on one line",
    `${folder}/events.json`,
    `[${elements.join(", ")}]`,
    type,
    elements.length,
    ['"ratio":0.10'],
  );
}

function text(random: Random): Sample {
  const short = Array.from(
    { length: 20 },
    (_, index) => `${at(index).toISOString()} user ${random.hex(4)} – größe ok`,
  );
  // Twice the 32,700 bytes that Logz.io indexes of one field, less a little: two parts. Three bytes a character,
  // so that a cut at 32,700 bytes exactly would fall between characters only by luck.
  const long = `x${"語".repeat(20_000)}`;
  return sample(
    "Plain text: CRLF, unicode, a line of 60,001 bytes, no newline at the end",
    `${folder}/legacy.log`,
    [...short, long, "", "last line, not terminated"].join("\r\n"),
    type,
    short.length + 2 + 1,
    ["größe ok", "last line, not terminated"],
  );
}

function zip(random: Random): Sample {
  const lines = (name: string, count: number): Buffer =>
    Buffer.from(Array.from({ length: count }, (_, index) => `${name} ${index} ${random.hex(8)}\n`).join(""));
  // Zip files hold local time, so the date is made of local parts: the same bytes in every time zone.
  const body = zipSync(
    { "a.log": lines("first", 7), "b/b.log": lines("second", 5) },
    { mtime: new Date(2026, 10, 20) },
  );
  return sample("Zip with two entries", `${folder}/archive.zip`, Buffer.from(body), type, 12);
}
