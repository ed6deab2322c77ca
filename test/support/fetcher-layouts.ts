import type { Random } from "./random";

/** A name that a service of AWS, or a program, gives to an object. */
export interface NamedObject {
  readonly key: string;
  /** Whose it is: the keys of one writer come in order. */
  readonly writer: string;
  /** What sorts as the keys of the writer are to come. @default the key */
  readonly order?: string;
}

/** Names what is written at that time, in ms since 1970. */
export type Layout = (time: number) => NamedObject;

const account = "222222222222";
const day = 86_400_000;

/** Where keys are named, and by whom; each seed has some of these. */
export const layouts: Readonly<Record<string, (random: Random) => Layout>> = {
  cloudTrail: (random) => {
    const accounts = new Newcomers(random, () => String(111_111_111_111 + random.below(888_888_888)));
    const regions = new Newcomers(random, () =>
      random.pick(["af-south-1", "eu-west-1", "us-east-1", "us-west-2"]),
    );
    return (time) => {
      const [owner, region] = [accounts.pick(), regions.pick()];
      const writer = `AWSLogs/${owner}/CloudTrail/${region}/`;
      return {
        writer,
        key: `${writer}${folder(time)}/${owner}_CloudTrail_${region}_${stamp(time)}_${random.hex(16)}.json.gz`,
      };
    };
  },
  loadBalancers: (random) => {
    const balancers = new Sleepers(
      random,
      () =>
        `${random.pick(["app", "net"])}.${random.pick(["api", "shop", "zone", "admin"])}-${random.hex(3)}.${random.hex(16)}`,
    );
    return (time) => {
      const writer = `AWSLogs/${account}/elasticloadbalancing/us-east-1/*/${account}_elasticloadbalancing_us-east-1_${balancers.pick(time)}`;
      const node = random.pick(["10.0.0.1", "10.0.1.7", "10.0.2.9"]);
      return {
        writer,
        key: `${writer.replace("*", folder(time))}_${stamp(time, 5)}_${node}_${random.hex(8)}.log.gz`,
      };
    };
  },
  flowLogs: (random) => {
    const logs = new Sleepers(random, () => `fl-${random.hex(17)}`);
    return (time) => {
      const writer = `AWSLogs/${account}/vpcflowlogs/eu-west-1/*/${account}_vpcflowlogs_eu-west-1_${logs.pick(time)}_`;
      return { writer, key: `${writer.replace("*", folder(time))}${stamp(time, 5)}_${random.hex(8)}.log.gz` };
    };
  },
  cloudFront: (random) => {
    const distributions = new Sleepers(random, () => `E${random.hex(12).toUpperCase()}`, 2);
    return (time) => {
      const writer = `cdn/${distributions.pick(time)}.`;
      return { writer, key: `${writer}${iso(time).slice(0, 13).replace("T", "-")}.${random.hex(8)}.gz` };
    };
  },
  guardDuty: (random) => (time) => {
    const writer = `AWSLogs/${account}/GuardDuty/us-east-1/`;
    return {
      writer: `${writer}${folder(time)}`,
      key: `${writer}${folder(time)}/${random.hex(8)}-${random.hex(4)}-${random.hex(12)}.jsonl.gz`,
    };
  },
  /** Its days and months are not padded. */
  config: (random) => {
    const kinds = ["AWS::EC2::Instance", "AWS::IAM::Role", "AWS::S3::Bucket"];
    return (time) => {
      const kind = random.pick(kinds);
      const start = `AWSLogs/${account}/Config/us-east-1/`;
      const name = `${account}_Config_us-east-1_ConfigHistory_${kind}_${stamp(time)}_${random.hex(4)}.json.gz`;
      const unpadded = folder(time).replaceAll(/(?<=\/)0/g, "");
      return {
        writer: `${start}${kind}`,
        key: `${start}${unpadded}/ConfigHistory/${name}`,
        order: `${folder(time)}/${name}`,
      };
    };
  },
  webAcl: (random) => (time) => {
    const writer = `AWSLogs/${account}/WAFLogs/us-east-1/acl/`;
    const minute = time - (time % 300_000);
    const path = iso(minute).slice(0, 16).replaceAll(/[-T:]/g, "/");
    return {
      writer,
      key: `${writer}${path}/${account}_waflogs_us-east-1_acl_${stamp(minute)}_${random.hex(8)}.log.gz`,
    };
  },
  s3Access: (random) => (time) => ({
    writer: "access/",
    key: `access/${iso(time).slice(0, 19).replaceAll(/[T:]/g, "-")}-${random.hex(16).toUpperCase()}`,
  }),
  /** As Spark writes partitions of numbers. */
  unpaddedHive: (random) => (time) => {
    const [year, month, date, hour] = iso(time).split(/[-T:]/).map(Number);
    const writer = `spark/year=${year}/month=${month}/day=${date}/hour=${hour}/`;
    return { writer, key: `${writer}part-${random.hex(4)}.json` };
  },
  unpaddedDates: () => {
    let count = 0;
    return (time) => {
      const writer = `batch/${iso(time)
        .slice(0, 10)
        .replaceAll(/(?<=-)0/g, "")}/`;
      return { writer, key: `${writer}part-${String(count++).padStart(4, "0")}.json` };
    };
  },
  /** Numbers that could be Unix time, and are not. */
  customers: (random) => {
    const customers = new Sleepers(random, () => String(1_000_000_000 + random.below(1_000_000_000)));
    return (time) => {
      const writer = `customers/${customers.pick(time)}/`;
      return { writer, key: `${writer}${stamp(time)}_${random.hex(8)}.json` };
    };
  },
  unixHours: (random) => (time) => {
    const writer = `spool/${(time - (time % 3_600_000)) / 1000}/`;
    return { writer, key: `${writer}${stamp(time)}_${random.hex(8)}.json` };
  },
  hive: (random) => (time) => {
    const writer = `lake/dt=${iso(time).slice(0, 10)}/hour=${iso(time).slice(11, 13)}/`;
    return { writer, key: `${writer}part-${random.hex(4)}.json` };
  },
};

/** Some writers of which any may be silent for days; new ones come. */
class Sleepers {
  private readonly awakeAt: { readonly name: string; from: number }[];

  constructor(
    private readonly random: Random,
    private readonly name: () => string,
    atFirst = 2 + random.below(4),
  ) {
    this.awakeAt = Array.from({ length: atFirst }, () => ({ name: name(), from: 0 }));
  }

  pick(time: number): string {
    const { random } = this;
    if (random.chance(0.03)) this.awakeAt.push({ name: this.name(), from: time });
    const awake = this.awakeAt.filter(({ from }) => from <= time);
    const one = random.pick(awake.length > 0 ? awake : this.awakeAt);
    if (random.chance(0.1)) one.from = time + random.below(2 * day);
    return one.name;
  }
}

/** More and more of them. */
class Newcomers {
  private readonly names: string[];

  constructor(
    private readonly random: Random,
    private readonly name: () => string,
  ) {
    this.names = [name()];
  }

  pick(): string {
    if (this.random.chance(0.1)) this.names.push(this.name());
    return this.random.pick(this.names);
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function folder(time: number): string {
  return iso(time).slice(0, 10).replaceAll("-", "/");
}

function stamp(time: number, everyMinutes = 1): string {
  const every = everyMinutes * 60_000;
  return `${iso(time - (time % every))
    .slice(0, 16)
    .replaceAll(/[-:]/g, "")}Z`;
}
