import type { Clients } from "./clients";
import type { RegistrationOptions } from "./registration-probe";
import type { DoctorSettings } from "./settings";

/** What the checks are made with. */
export interface Surgery {
  readonly settings: DoctorSettings;
  readonly clients: Clients;
  /** How Logz.io's API is asked; or why it cannot be. */
  readonly registration: RegistrationOptions | string;
  readonly signal: AbortSignal;
  progress(text: string): void;
}
