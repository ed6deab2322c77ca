import { parse } from "protobufjs";

/** A series of one sample. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** In ms since 1970. */
  readonly timestamp: number;
}

interface WriteRequestMessage {
  readonly timeseries?: {
    readonly labels?: { readonly name: string; readonly value: string }[];
    readonly samples?: { readonly value: number; readonly timestamp: number }[];
  }[];
}

/** Remote write 1.0 as its specification has it: an encoder and a decoder that the functions' own does not share. */
const writeRequest = parse(`
  syntax = "proto3";
  message WriteRequest { repeated TimeSeries timeseries = 1; }
  message TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; }
  message Label { string name = 1; string value = 2; }
  message Sample { double value = 1; int64 timestamp = 2; }
`).root.lookupType("WriteRequest");

/** @throws Error for labels that are not sorted, or twice there, as receivers may refuse them */
export function decodeWriteRequest(bytes: Uint8Array): Series[] {
  const { timeseries = [] } = writeRequest.toObject(writeRequest.decode(bytes), {
    longs: Number,
  }) as WriteRequestMessage;
  return timeseries.map(({ labels = [], samples = [] }) => {
    const names = labels.map(({ name }) => name);
    if (names.some((name, index) => index > 0 && name <= names[index - 1]))
      throw new Error(`labels are not in order: ${names.join()}`);
    if (samples.length !== 1) throw new Error(`a series has ${samples.length} samples`);
    return {
      labels: Object.fromEntries(labels.map(({ name, value }) => [name, value])),
      ...samples[0],
    };
  });
}

export function encodeWriteRequest(series: readonly Series[]): Uint8Array {
  const message: WriteRequestMessage = {
    timeseries: series.map(({ labels, value, timestamp }) => ({
      labels: Object.entries(labels)
        .map(([name, text]) => ({ name, value: text }))
        .sort((one, other) => (one.name < other.name ? -1 : 1)),
      samples: [{ value, timestamp }],
    })),
  };
  return writeRequest.encode(writeRequest.fromObject(message)).finish();
}
