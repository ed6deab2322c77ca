import { Writer } from "protobufjs/minimal";
import { compress } from "snappyjs";
import type { Labels } from "./series";

/**
 * Bytes of a request before compression: the receiver of metric streams sends at most 3,000,000 in one, so the
 * listener takes that much.
 */
export const requestBytes = 2_900_000;

/** A part of the series in the form in which it is sent. */
export interface WriteRequest {
  readonly series: readonly Labels[];
  /** A protobuf `prometheus.WriteRequest`, compressed with snappy. */
  readonly body: Buffer;
}

/**
 * The fields of remote write 1.0. Source: prometheus/prompb, remote.proto and types.proto. Each is
 * `number << 3 | wire type`, where 1 is eight bytes, 0 a varint and 2 what begins with its length.
 */
const field = {
  requestTimeseries: (1 << 3) | 2,
  seriesLabels: (1 << 3) | 2,
  seriesSamples: (2 << 3) | 2,
  labelName: (1 << 3) | 2,
  labelValue: (2 << 3) | 2,
  sampleValue: (1 << 3) | 1,
  sampleTimestamp: (2 << 3) | 0,
} as const;

/** Packs series, each with the value 1 at one time (ms since 1970), into requests of at most {@link requestBytes}. */
export function* writeRequests(
  series: readonly Labels[],
  timestamp: number,
  maximumBytes = requestBytes,
): Generator<WriteRequest> {
  let packed: Buffer[] = [];
  let bytes = 0;
  let start = 0;
  for (const [index, labels] of series.entries()) {
    const encoded = encodeSeries(labels, timestamp);
    if (bytes + encoded.length > maximumBytes && packed.length > 0) {
      yield { series: series.slice(start, index), body: compressed(packed) };
      packed = [];
      bytes = 0;
      start = index;
    }
    packed.push(encoded);
    bytes += encoded.length;
  }
  if (packed.length > 0) yield { series: series.slice(start), body: compressed(packed) };
}

function compressed(packed: readonly Buffer[]): Buffer {
  return Buffer.from(compress(Buffer.concat(packed)));
}

/** One `timeseries` of a request, with its tag: what is repeated can be joined as bytes. */
function encodeSeries(labels: Labels, timestamp: number): Buffer {
  const writer = Writer.create();
  writer.uint32(field.requestTimeseries).fork();
  for (const [name, value] of labels) {
    writer.uint32(field.seriesLabels).fork();
    writer.uint32(field.labelName).string(name).uint32(field.labelValue).string(value).ldelim();
  }
  writer.uint32(field.seriesSamples).fork();
  writer.uint32(field.sampleValue).double(1).uint32(field.sampleTimestamp).int64(timestamp).ldelim();
  return Buffer.from(writer.ldelim().finish());
}
