// The exports of dist/bundle.js, which does nothing by itself: dist/index.js runs the step, dist/post.js finishes it.
export { finishStep } from './finish-step.ts';
export { step } from './step.ts';
