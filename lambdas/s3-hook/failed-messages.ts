import { messageOf } from "../runtime/errors";
import type { Logger } from "../runtime/logger";
import type { ParsedMessage, Receipt } from "./events";
import type { HandOver } from "./hand-over";
import { receivesFor, waitSeconds } from "./redelivery";

export interface FailureServices {
  readonly handOver: HandOver;
  readonly logger: Logger;
}

/**
 * Says of each message that failed when it comes back, or puts it into the dead-letter queue with its reason, and then
 * takes it out of the failures: to SQS it is done. Where neither works the queue's own settings hold, its visibility
 * timeout and its `maxReceiveCount`, so that nothing is lost.
 */
export async function settleFailures(
  failures: Map<ParsedMessage, Error>,
  services: FailureServices,
): Promise<void> {
  const coming: Waiting[] = [];
  const settle = async (message: ParsedMessage, receipt: Receipt, error: Error): Promise<void> => {
    const isOver = services.handOver.canBury && receipt.receives >= receivesFor(error);
    if (isOver && (await isBuried(message, receipt, error, services))) failures.delete(message);
    else coming.push({ message, receipt, error });
  };
  const settling = [...failures].flatMap(([message, error]) =>
    message.receipt === undefined ? [] : [settle(message, message.receipt, error)],
  );
  await Promise.all(settling);
  if (coming.length > 0 && services.handOver.isPossible) await keepHidden(coming, services);
}

interface Waiting {
  readonly message: ParsedMessage;
  readonly receipt: Receipt;
  readonly error: Error;
}

async function isBuried(
  { messageId }: ParsedMessage,
  { receives, body }: Receipt,
  error: Error,
  { handOver, logger }: FailureServices,
): Promise<boolean> {
  try {
    await handOver.bury(body, error.message);
    logger.error("message given up: it is in the dead-letter queue", {
      messageId,
      receives,
      reason: error.message,
    });
    return true;
  } catch (failure) {
    logger.error("message not given up", { messageId, receives, error: messageOf(failure) });
    return false;
  }
}

async function keepHidden(coming: readonly Waiting[], { handOver, logger }: FailureServices): Promise<void> {
  const waits = coming.map(({ receipt }) => waitSeconds(receipt.receives));
  const unchanged = await handOver.hide(
    coming.map(({ receipt }, index) => ({ receiptHandle: receipt.handle, seconds: waits[index] })),
  );
  for (const [index, { message, receipt, error }] of coming.entries()) {
    const { messageId } = message;
    const { receives } = receipt;
    const failure = unchanged.get(index);
    if (failure === undefined) {
      logger.warn("message comes back later", {
        messageId,
        receives,
        seconds: waits[index],
        reason: error.message,
      });
    } else {
      logger.warn("message comes back when its visibility timeout is over", {
        messageId,
        receives,
        error: failure,
      });
    }
  }
}
