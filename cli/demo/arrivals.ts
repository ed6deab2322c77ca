/** What the listener has got of one object. */
export interface Arrived {
  readonly documents: number;
  /** Those of the wanted texts that stood in a document, byte for byte. */
  readonly found: ReadonlySet<string>;
  /** Its first document. */
  readonly example: string | undefined;
}

const nothing: Arrived = { documents: 0, found: new Set(), example: undefined };

/** Tells documents apart by the object they name, and keeps none but an example: files may be large. */
export class Arrivals {
  private readonly objects = new Map<
    string,
    { documents: number; found: Set<string>; example: string | undefined }
  >();

  /** @param wanted texts to look for, by `bucket/key` */
  constructor(private readonly wanted: ReadonlyMap<string, readonly string[]>) {}

  add(documents: readonly string[]): void {
    for (const document of documents) {
      const { s3_object_key: name = "" } = JSON.parse(document) as { s3_object_key?: string };
      const arrived = this.objects.get(name) ?? { documents: 0, found: new Set(), example: undefined };
      this.objects.set(name, arrived);
      arrived.documents += 1;
      arrived.example ??= document;
      for (const text of this.wanted.get(name) ?? []) if (document.includes(text)) arrived.found.add(text);
    }
  }

  /** @param name `bucket/key` */
  of(name: string): Arrived {
    return this.objects.get(name) ?? nothing;
  }
}
