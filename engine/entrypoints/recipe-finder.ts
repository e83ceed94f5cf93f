import { serveParent } from '../processes/index.ts';
import { recipeFinderRouter } from '../runs/child.ts';

serveParent(recipeFinderRouter);
