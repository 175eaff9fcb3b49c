// The step: `main` of action.yml.
import { step } from './bundle.js';
await step();
