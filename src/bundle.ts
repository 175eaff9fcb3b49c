// What dist/bundle.js offers. It does nothing by itself: dist/index.js runs the step, dist/post.js finishes it.
export { finishStep } from './finish-step.ts';
export { step } from './step.ts';
