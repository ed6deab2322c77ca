import { encodeKey, matchingRule, notificationMessage } from "../../../cli/demo/notification";

const rule = { id: "r", bucket: "logs", prefix: "AWSLogs/", suffix: ".gz" };

describe("the S3 notifications of the demo", () => {
  it.each<[string, string, boolean]>([
    ["logs", "AWSLogs/a.gz", true],
    ["logs", "AWSLogs/a.log", false],
    ["logs", "awslogs/a.gz", false],
    ["other", "AWSLogs/a.gz", false],
  ])("are made for bucket %s, key %s: %s", (bucket, key, expected) => {
    expect(matchingRule([rule], bucket, key) === rule).toBe(expected);
  });

  it.each([
    ["a b/c+d.log", "a+b/c%2Bd.log"],
    ["naïve (copy) 日本.log", "na%C3%AFve+%28copy%29+%E6%97%A5%E6%9C%AC.log"],
  ])("carry %s as %s", (key, encoded) => {
    expect(encodeKey(key)).toBe(encoded);
    expect(decodeURIComponent(encoded.replaceAll("+", " "))).toBe(key);
  });

  it("name the object, and are ordered by their sequencer", () => {
    const object = { region: "eu-central-1", bucket: "logs", key: "AWSLogs/a b.gz", bytes: 3, eTag: "e" };
    interface Message {
      Records: { awsRegion: string; s3: { bucket: { name: string }; object: { sequencer: string } } }[];
    }

    const [first, second] = [9, 10].map(
      (order) => (JSON.parse(notificationMessage(object, rule, order)) as Message).Records[0].s3,
    );

    expect(first).toMatchObject({
      configurationId: "r",
      bucket: { name: "logs" },
      object: { key: "AWSLogs/a+b.gz", size: 3, eTag: "e" },
    });
    expect(first.object.sequencer < second.object.sequencer).toBe(true);
  });
});
