// The step: `main` of action.yml.
import { step } from './bundle.ts';

await step();
