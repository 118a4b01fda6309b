// Package schedule runs named jobs at cron times, in the time zone of the place.
//
// A slot is a planned time of a job. Memory holds how far each job has come, and a slot counts as done when
// its run has ended.
//
// It imports the standard library and robfig/cron only, of which it uses the parser and the calendar.
//
// Guarantees: a slot is done once, over restarts and over clocks that are set back. No job runs twice at once.
// What passed while the process was down, asleep, or busy with the run before, is made up by one run of the
// latest slot, if that is younger than the job's MaxAge; a job that was never seen before makes up nothing.
// A run that fails is tried three times in all, then its slot is given up with an error in the log. A panic is
// a failure; neither harms later runs or other jobs. A run that a stop or a crash has cut short is run again
// for the same slot, so a job must bear to be repeated. One process at a time may run the jobs of a Memory.
//
// One exception: after an hour in which the clock is more than a day behind the last slot, that slot is taken
// for the mistake of a clock that was ahead, and the job begins anew. It would be silent for years otherwise.
//
// Why:
//   - cron's own runner keeps nothing, makes up nothing, dies of a panic and does not notice a clock that is set.
//     With those solved here, nothing of it is left to use.
//   - cron counts on a calendar without daylight saving, and the result is placed on the real clock: each time on the
//     wall comes once. What spring skips runs when the clocks have changed; what autumn repeats runs the first time.
//     cron on the real clock skips the one and repeats the other. What must not pause in that hour is an @every,
//     which counts real time.
//   - Each job has a goroutine that does one thing after the other, so two runs at once cannot be written.
//   - It looks at the clock each minute while it waits: a timer does not see a clock that is set, nor a sleeping machine.
//   - A slot is written down after its run: a crash between the two repeats a run, the other order would lose it.
package schedule
