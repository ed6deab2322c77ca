"use strict";

/** Jest's own summary spans lines and names no failures when there are none; CI reads this one line instead. */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const skipped = results.numPendingTests + results.numTodoTests;
    const broken = results.testResults.filter((suite) => suite.testExecError).length;
    process.stdout.write(
      `\n${results.numPassedTests} passed, ${results.numFailedTests + broken} failed` +
        `${skipped > 0 ? `, ${skipped} skipped` : ""}\n`,
    );
  }
};
