/** What is only the window's: where it is, what a person prefers, what can be undone, the jobs it follows. */
export { useFollowJobs, useJob, useJobs, useJobsPanel } from './jobs.ts';
export { usePreferences } from './preferences.ts';
export { hrefOf, navigate, replaceRoute, useRoute, type PageName, type Route } from './route.ts';
export { useUndo } from './undo.ts';
