import { randomUUID } from "node:crypto";
import { messageOf } from "../../lambdas/runtime/errors";
import { Deadline } from "../../lambdas/runtime/deadline";
import { Logger } from "../../lambdas/runtime/logger";
import { Metrics } from "../../lambdas/runtime/metrics";
import { fixedToken } from "../../lambdas/runtime/token";
import { compressDocuments } from "../../lambdas/shipping/compression";
import { BulkRefused, TokenRefused } from "../../lambdas/shipping/errors";
import { Listener } from "../../lambdas/shipping/listener";
import { listenerAgent } from "../network/listener-agent";
import { notProven, proven, wrong, type Finding } from "./finding";

/** Time for the document as a whole, retries included, in ms. */
const timeMs = 60_000;

/** Sends one document to the listener as the functions do, and says what it answered. */
export async function sendTestDocument(origin: URL, token: string): Promise<Finding> {
  const check = "listener.accepts";
  const id = randomUUID();
  const document = {
    "@timestamp": new Date().toISOString(),
    message: `Test document of logzio-s3 doctor, ${id}`,
    type: "logzio-s3-doctor",
  };
  const startedAt = Date.now();
  const deadline = new Deadline(() => timeMs - (Date.now() - startedAt));
  const agent = listenerAgent(origin);
  const backoff = { attempts: 3, baseMs: 300 };
  const listener = new Listener({ origin, token: fixedToken(token), backoff, agent });
  const claim = `${origin.origin} accepts documents with the token`;
  try {
    const body = Buffer.from(`${JSON.stringify(document)}\n`);
    const unheard = (): void => undefined;
    const context = { deadline, logger: new Logger("error", unheard), metrics: new Metrics({}, unheard) };
    const { accepted } = await listener.ship(await compressDocuments(body, 1), context);
    if (accepted === 1) {
      return proven(
        check,
        `${claim}: it took a test document, to be found in Logz.io by ${id} (type logzio-s3-doctor)`,
      );
    }
    return wrong(check, `${origin.origin} took the token and refused the test document`);
  } catch (error) {
    if (error instanceof TokenRefused) {
      return wrong(check, messageOf(error).replace(/; put the log shipping token.*/s, ""), {
        instruction:
          "use the log shipping token of the account (Settings → Manage tokens → Data shipping tokens), and its region",
      });
    }
    if (error instanceof BulkRefused) return wrong(check, messageOf(error));
    return notProven(check, `That ${claim}`, messageOf(error));
  } finally {
    deadline.close();
    listener.close();
  }
}
