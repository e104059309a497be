/** Something that the reader can mend. Its message says what is wrong and what to do; no stack is printed. */
export class SetupFailure extends Error {}

/** Runs a script's main function; a SetupFailure becomes a line and a status of 1. */
export async function main(work) {
  try {
    process.exitCode = await work();
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    console.error(`\nsluice: ${error.message}`);
    process.exitCode = 1;
  }
}
