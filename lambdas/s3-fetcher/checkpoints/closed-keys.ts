import { behindPrefix } from "../../reading/key-order";
import type { KeySpace } from "../streams/key-space";
import type { StoredProgress } from "./stored-progress";

/** The keys of a stream that are not looked at any more, whatever track they belong to. */
export class ClosedKeys {
  private floor: string | undefined;
  /** The last dated folder that is over. */
  private folder: string | undefined;

  constructor(
    private readonly space: KeySpace,
    { lastKey, tracks, floor, closed }: StoredProgress,
  ) {
    this.floor = tracks === undefined ? lastKey : floor;
    this.folder = closed;
  }

  /** Behind it there may be keys that are looked at. */
  get end(): string | undefined {
    return this.floor;
  }

  has(key: string): boolean {
    const { floor, space } = this;
    return (floor !== undefined && space.compare(key, floor) <= 0) || this.endOfFolders(key) !== undefined;
  }

  /** Behind all dated folders that are over, where the key is in one of them. */
  endOfFolders(key: string): string | undefined {
    const { folder, space } = this;
    const isIn = folder !== undefined && space.placeOf(key).period !== undefined && this.isUpTo(folder, key);
    return isIn ? behindPrefix(folder) : undefined;
  }

  /** Dated folders up to that one are over. @returns whether that is new */
  close(folder: string): boolean {
    if (this.folder !== undefined && this.isUpTo(this.folder, folder)) return false;
    this.folder = folder;
    return true;
  }

  /** Whether the key is in a dated folder, or lies before it. */
  isUpTo(folder: string, key: string): boolean {
    return this.space.compare(key, behindPrefix(folder)) <= 0;
  }

  /** What lies behind the key is looked at again. */
  rewind(key: string): void {
    const { folder, floor, space } = this;
    const isIn = folder !== undefined && this.isUpTo(folder, key);
    if (isIn) this.folder = undefined;
    if (isIn || (floor !== undefined && space.compare(floor, key) > 0)) this.floor = key;
  }

  stored(): Pick<StoredProgress, "floor" | "closed"> {
    return { floor: this.floor, closed: this.folder };
  }
}
