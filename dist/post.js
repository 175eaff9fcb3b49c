// `post` of action.yml: GitHub runs it after the job, also when the step was cancelled or killed at any moment, so that
// nothing may be concluded from what the step has not saved. It can't deploy; without anything left open it ends here.
if (process.env['STATE_journal'] || process.env['STATE_record']) {
    const { finishStep } = await import('./bundle.js');
    await finishStep();
}
export {};
