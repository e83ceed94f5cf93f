import { recogniseDrop } from '../intake/index.ts';
import { intakeFor } from './audience.ts';
import { os } from './base.ts';

export const intakeApi = {
  recognise: os.intake.recognise.handler(async ({ input, context, signal }) =>
    intakeFor(context, await recogniseDrop(context.engine.registry, input.grants, signal)),
  ),
};
