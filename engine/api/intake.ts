import { join } from 'node:path';
import { listSamples, openSample, recogniseDrop } from '../intake/index.ts';
import { programFolder } from '../product.ts';
import { intakeFor } from './audience.ts';
import { os } from './base.ts';

export const intakeApi = {
  recognise: os.intake.recognise.handler(async ({ input, context, signal }) =>
    intakeFor(context, await recogniseDrop(context.engine.registry, input, signal)),
  ),
  samples: os.intake.samples.handler(() => listSamples(samplesFolder())),
  openSample: os.intake.openSample.handler(({ input, context: { engine }, signal }) =>
    openSample(engine.registry, samplesFolder(), input.sample, signal),
  ),
};

function samplesFolder(): string {
  return join(programFolder(), 'resources', 'samples');
}
