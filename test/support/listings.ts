import { seededRandom, type Random } from "../../cli/samples/random";
import type { StoredObject } from "./listing-double";

/*
 * Listings as AWS services and usual writers make them, of about as many objects as asked for. The names follow the
 * services' documentation; that objects come late, and how late, is modelled on it.
 */

const account = "123456789012";
const begin = Date.UTC(2026, 3, 1) / 1000;

export type MakeListing = (objects: number) => StoredObject[];

const stamp = (seconds: number): string => new Date(seconds * 1000).toISOString();
const day = (seconds: number): string => stamp(seconds).slice(0, 10).replaceAll("-", "/");
/** `20260401T0005Z` */
const fileTime = (seconds: number): string => `${stamp(seconds).slice(0, 16).replaceAll(/[-:]/g, "")}Z`;
/** `2026-04-01-00-05-09` */
const dashed = (seconds: number): string => stamp(seconds).slice(0, 19).replaceAll(/[T:]/g, "-");
const uuid = (random: Random): string => [8, 4, 4, 4, 12].map((length) => random.hex(length)).join("-");
/** A UUID of version 4. */
const uuid4 = (random: Random): string => uuid(random).replace(/^(.{14})./, "$14");

/** So many objects, `seconds` apart. */
function every(
  objects: number,
  seconds: number,
  make: (time: number, index: number) => StoredObject | StoredObject[],
): StoredObject[] {
  return Array.from({ length: objects }, (_, index) => make(begin + index * seconds, index)).flat();
}

function cloudTrail(
  folder: (account: string) => string,
  accounts: readonly string[],
  objects: number,
): StoredObject[] {
  const random = seededRandom(1);
  const regions = ["eu-central-1", "us-east-1", "us-west-2"];
  const perStream = Math.ceil(objects / accounts.length / regions.length);
  return accounts.flatMap((id) =>
    regions.flatMap((region) =>
      // Two files an interval; each comes 1 to 6 minutes after the time in its name.
      every(perStream, 150, (time) => {
        const interval = time - (time % 300);
        const name = `${id}_CloudTrail_${region}_${fileTime(interval)}_${random.alphanumeric(16)}.json.gz`;
        return {
          key: `${folder(id)}/CloudTrail/${region}/${day(interval)}/${name}`,
          writtenAt: interval + random.whole(60, 360),
          bytes: random.whole(500, 90_000),
        };
      }),
    ),
  );
}

/** Nodes of a load balancer write a file each every five minutes, within half a minute. */
function loadBalancer(objects: number, kind: "app" | "net"): StoredObject[] {
  const random = seededRandom(2);
  const region = "eu-central-1";
  const name = `${kind}.web.50dc6c495c0c9188`;
  const nodes = ["192.0.2.10", "192.0.2.77", "198.51.100.3"];
  return every(Math.ceil(objects / nodes.length), 300, (time) =>
    nodes.map((node) => ({
      key:
        `AWSLogs/${account}/elasticloadbalancing/${region}/${day(time)}/${account}_elasticloadbalancing_${region}_` +
        `${name}_${fileTime(time)}_${kind === "app" ? `${node}_` : ""}${random.alphanumeric(8)}.log.gz`,
      writtenAt: time + random.whole(5, 35),
      bytes: random.whole(500, 900_000),
    })),
  );
}

function flowLogs(objects: number, folder: (time: number) => string): StoredObject[] {
  const random = seededRandom(3);
  return every(Math.ceil(objects / 4), 300, (time) =>
    Array.from({ length: 4 }, () => ({
      key: `${folder(time)}${account}_vpcflowlogs_eu-central-1_fl-0123456789abcdef0_${fileTime(time)}_${random.hex(8)}.log.gz`,
      writtenAt: time + random.whole(200, 500),
      bytes: random.whole(500, 900_000),
    })),
  );
}

const twoDigits = (number: number): string => String(number).padStart(2, "0");

/** Listings of AWS services. */
export const awsListings = {
  cloudTrail: (objects) => cloudTrail((id) => `AWSLogs/${id}`, [account], objects),
  organizationTrail: (objects) =>
    cloudTrail((id) => `AWSLogs/o-a1b2c3d4e5/${id}`, [account, "210987654321", "345678901234"], objects),
  applicationLoadBalancer: (objects) => loadBalancer(objects, "app"),
  networkLoadBalancer: (objects) => loadBalancer(objects, "net"),
  vpcFlow: (objects) =>
    flowLogs(objects, (time) => `AWSLogs/${account}/vpcflowlogs/eu-central-1/${day(time)}/`),
  vpcFlowHive: (objects) =>
    flowLogs(objects, (time) => {
      const [year, month, date] = day(time).split("/");
      return (
        `AWSLogs/aws-account-id=${account}/aws-service=vpcflowlogs/aws-region=eu-central-1/year=${year}/month=${month}/` +
        `day=${date}/hour=${stamp(time).slice(11, 13)}/`
      );
    }),
  /** Some files come hours late. */
  cloudFront: (objects) => {
    const random = seededRandom(4);
    return every(objects, 240, (time) => ({
      key: `cdn/E2EXAMPLE1ABCD.${dashed(time).slice(0, 13)}.${random.hex(8)}.gz`,
      writtenAt: time + (random.whole(1, 100) === 1 ? random.whole(3_600, 86_400) : random.whole(300, 3_600)),
      bytes: random.whole(500, 90_000),
    }));
  },
  guardDuty: (objects) => {
    const random = seededRandom(5);
    return every(objects, 300, (time) => ({
      key: `AWSLogs/${account}/GuardDuty/eu-central-1/${day(time)}/${uuid4(random)}.jsonl.gz`,
      writtenAt: time + random.whole(1, 20),
    }));
  },
  s3Access: (objects) => {
    const random = seededRandom(6);
    return every(objects, 20, (time) => ({
      key: `s3-access/${dashed(time)}-${random.hex(16).toUpperCase()}`,
      writtenAt: time + random.whole(0, 40),
    }));
  },
  /** By event time: the time of day in the names is zero, and a day's files come for hours. */
  s3AccessByDate: (objects) => {
    const random = seededRandom(7);
    return every(objects, 20, (time) => {
      const event = time - random.whole(0, 6 * 3_600);
      return {
        key: `s3/${account}/eu-central-1/shop-assets/${day(event)}/${stamp(event).slice(0, 10)}-00-00-00-${random.hex(16).toUpperCase()}`,
        writtenAt: time,
      };
    });
  },
  waf: (objects) => {
    const random = seededRandom(8);
    return every(Math.ceil(objects / 3), 300, (time) =>
      Array.from({ length: 3 }, () => ({
        key:
          `AWSLogs/${account}/WAFLogs/eu-central-1/shop/${day(time)}/${stamp(time).slice(11, 16).replace(":", "/")}/` +
          `${account}_waflogs_eu-central-1_shop_${fileTime(time)}_${random.hex(8)}.log.gz`,
        writtenAt: time + random.whole(300, 420),
      })),
    );
  },
  resolver: (objects) => {
    const random = seededRandom(9);
    return every(Math.ceil(objects / 2), 120, (time) =>
      Array.from({ length: 2 }, () => ({
        key:
          `AWSLogs/${account}/vpcdnsquerylogs/vpc-0123456789abcdef0/${day(time)}/` +
          `vpc-0123456789abcdef0_vpcdnsquerylogs_${account}_${fileTime(time)}_${random.hex(8)}.log.gz`,
        writtenAt: time + random.whole(60, 180),
      })),
    );
  },
  /** Month and day without leading zeros. */
  config: (objects) => {
    const random = seededRandom(10);
    return every(objects, 600, (time) => {
      const folders = day(time).split("/").map(Number).join("/");
      return {
        key: `AWSLogs/${account}/Config/eu-central-1/${folders}/ConfigHistory/${account}_Config_eu-central-1_ConfigHistory_AWS::EC2::Instance_${fileTime(time)}_${fileTime(time + 600)}_${random.whole(1, 9)}.json.gz`,
        writtenAt: time + random.whole(1, 60),
      };
    });
  },
} satisfies Readonly<Record<string, MakeListing>>;

/** Listings of other writers. */
export const otherListings = {
  epoch: (objects) => every(objects, 7, (time) => ({ key: `app/${time}.log.gz`, writtenAt: time + 1 })),
  epochMilliseconds: (objects) =>
    every(objects, 7, (time, index) => ({
      key: `app/${time}${String(index % 1000).padStart(3, "0")}-web.log`,
      writtenAt: time,
    })),
  paddedCounter: (objects) =>
    every(objects, 9, (time, index) => ({
      key: `app/part-${String(index).padStart(8, "0")}.log`,
      writtenAt: time,
    })),
  unpaddedCounter: (objects) =>
    every(objects, 9, (time, index) => ({ key: `app/part-${index}.log`, writtenAt: time })),
  dated: (objects) =>
    every(objects, 60, (time) => ({
      key: `app/${day(time)}/${stamp(time).slice(11, 13)}/${dashed(time)}.log.gz`,
      writtenAt: time + 3,
    })),
  dayFirst: (objects) =>
    every(objects, 60, (time) => ({
      key: `app/${day(time).split("/").reverse().join("-")}/${dashed(time)}.log`,
      writtenAt: time + 3,
    })),
  uuids: (objects) => {
    const random = seededRandom(11);
    return every(objects, 5, (time) => ({ key: `uploads/${uuid4(random)}.json`, writtenAt: time }));
  },
  /** Version 7 begins with the time. */
  timedUuids: (objects) => {
    const random = seededRandom(12);
    return every(objects, 5, (time) => {
      const milliseconds = (time * 1000).toString(16).padStart(12, "0");
      const tail = `7${random.hex(3)}-8${random.hex(3)}-${random.hex(12)}`;
      return {
        key: `uploads/${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-${tail}.json`,
        writtenAt: time,
      };
    });
  },
  /** Three services that write side by side, each in order. */
  interleavedFolders: (objects) =>
    every(Math.ceil(objects / 3), 30, (time) =>
      ["billing", "shop", "web"].map((service, index) => ({
        key: `logs/${service}/${day(time)}/${dashed(time)}.log.gz`,
        writtenAt: time + index,
      })),
    ),
  /** The same in the names of files. */
  interleavedNames: (objects) =>
    every(Math.ceil(objects / 2), 30, (time) =>
      ["web-1", "web-2"].map((host, index) => ({ key: `logs/${host}-${time}.log`, writtenAt: time + index })),
    ),
  /** More writers than anyone configures one by one. */
  manyWriters: (objects) =>
    every(Math.ceil(objects / 40), 240, (time) =>
      Array.from({ length: 40 }, (_, index) => ({
        key: `logs/tenant-${twoDigits(index)}/${time}.log`,
        writtenAt: time + index,
      })),
    ),
  /** One in 1,000 comes an hour late. */
  lateArrivals: (objects) =>
    every(objects, 20, (time, index) => ({
      key: `app/${time}.log`,
      writtenAt: index % 1_000 === 500 ? time + 3_600 : time,
    })),
  /** Several a second, random behind the second. */
  randomTails: (objects) => {
    const random = seededRandom(13);
    return every(Math.ceil(objects / 4), 20, (time) =>
      Array.from({ length: 4 }, () => ({ key: `app/${time}-${random.hex(12)}a1b2.log`, writtenAt: time })),
    );
  },
  /** Months of logs that were copied within half an hour. */
  copied: (objects) =>
    every(objects, 600, (time, index) => ({
      key: `app/${day(time)}/${dashed(time)}.log`,
      writtenAt: begin + 86_400 * 700 + Math.floor((index / objects) * 1_800),
    })),
} satisfies Readonly<Record<string, MakeListing>>;
