/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package plan

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The numbers of the properties are those of DESIGN §3. Each is checked on
// random nights here, and by FuzzNight on those that a fuzzer finds.

func TestProperty1_SameInputSamePlanWhateverTheOrder(t *testing.T) {
	manyNights(t, 100, checkOrder)
}

func TestProperty2_BaseToCapAndBaseOutsideEveryWindow(t *testing.T) {
	manyNights(t, 100, checkBounds)
}

func TestProperty3_ThePeakIsDueInTimeAndKept(t *testing.T) {
	manyNights(t, 100, checkPeaks)
}

func TestProperty4_ConstantUntilNext(t *testing.T) {
	manyNights(t, 60, checkNext)
}

func TestProperty5_JumpingGivesWhatSteppingGives(t *testing.T) {
	manyNights(t, 30, checkJumps)
}

func TestProperty6_AddingACampaignNeverLowersAFloor(t *testing.T) {
	manyNights(t, 100, checkAdding)
}

func TestProperty7_StartsKeepThePace(t *testing.T) {
	manyNights(t, 100, checkPace)
}

func TestProperty7_ALateAnnouncementIsSaid(t *testing.T) {
	manyNights(t, 200, checkLate)
}

func TestProperty9_TheStoreBearsEveryCap(t *testing.T) {
	manyNights(t, 300, checkConnections)
}

// checkOrder: same input, same plan, in whatever order channels, campaigns and
// shares come; even where two of them have one name.
func checkOrder(t *testing.T, night Input, dice *rand.Rand) {
	twice := night.Campaigns[0]
	twice.Forecast.People /= 2
	night.Campaigns = append(night.Campaigns, twice)
	now := randomInstant(dice)
	want := Make(night, now, All)
	if diff := cmp.Diff(want, Make(night, now, All)); diff != "" {
		t.Fatalf("the same input gives another plan:\n%s\n%s", diff, say(night))
	}
	shuffled := night
	shuffled.Channels, shuffled.Campaigns = slices.Clone(night.Channels), slices.Clone(night.Campaigns)
	dice.Shuffle(len(shuffled.Channels), swap(shuffled.Channels))
	dice.Shuffle(len(shuffled.Campaigns), swap(shuffled.Campaigns))
	for i := range shuffled.Campaigns {
		shuffled.Campaigns[i].Shares = maps.Clone(shuffled.Campaigns[i].Shares)
	}
	if diff := cmp.Diff(want, Make(shuffled, now, All)); diff != "" {
		t.Fatalf("another order gives another plan:\n%s\n%s", diff, say(night))
	}
}

func swap[T any](list []T) func(i, j int) {
	return func(i, j int) { list[i], list[j] = list[j], list[i] }
}

// randomInstant is any time of a night, seldom at a whole minute.
func randomInstant(dice *rand.Rand) time.Time {
	return nightBegins.Add(time.Duration(dice.Int64N(int64(nightEnds.Sub(nightBegins)))))
}

// checkBounds: base ≤ floor ≤ cap always, and the parts add up to the floor. Where
// nobody else drives the channel the floor is the base outside every window, that
// is before the hour that precedes a ramp, and from the campaign's end on.
func checkBounds(t *testing.T, night Input, _ *rand.Rand) {
	lines := night.sound().timelines()
	for i, p := range Make(night, nightBegins, All).Channels {
		line := lines[i]
		channel, caps := line.channel, capsOf(p, nightBegins, nightEnds)
		for m, floor := range everyMinute(p, nightBegins, nightEnds) {
			when := nightBegins.Add(time.Duration(m) * time.Minute)
			if floor.Replicas < channel.Base || floor.Replicas > caps[m] || caps[m] > channel.Max {
				t.Fatalf("%s at %v: %v is not within %d..%d\n%s", p.Name, when, floor, channel.Base, caps[m], say(night))
			}
			checkParts(t, floor, night)
			if floor.Replicas > channel.Base && !channel.Gentle && !inWindow(line, when) {
				t.Fatalf("%s at %v: %v outside every window\n%s", p.Name, when, floor, say(night))
			}
		}
	}
}

func inWindow(line *timeline, t time.Time) bool {
	return slices.ContainsFunc(line.campaigns, func(c campaign) bool {
		ramp := line.startUp + line.climb(line.channel.Max) + 2*time.Minute
		return !t.Before(c.readyBy.Add(-ramp-time.Hour)) && t.Before(c.ends)
	})
}

func checkParts(t *testing.T, floor Floor, night Input) {
	t.Helper()
	sum := 0
	for i, part := range floor.Parts {
		sum += part.Replicas
		if part.Replicas <= 0 {
			t.Fatalf("%v: nothing comes from part %d\n%s", floor, i, say(night))
		}
	}
	if sum != floor.Replicas || floor.Wanted < floor.Replicas {
		t.Fatalf("%v: the parts give %d, %d wanted\n%s", floor, sum, floor.Wanted, say(night))
	}
}

// checkPeaks: at T − readyBefore the floor is the peak; where the cap cuts it
// both launch and floor say so. A campaign's load is exactly its peak from then
// until T + keepPeak or its end.
//
// Its part of the floor is that load in whole replicas, and so moves with the
// rounding of the others: during the ramp it never falls by more than one, and
// from T − readyBefore to T + keepPeak, if nothing is capped, it is never under
// the whole replicas that its load fills. (Where something is capped, the parts
// are proportional: who opens later takes from who opened before.)
func checkPeaks(t *testing.T, night Input, _ *rand.Rand) {
	lines := night.sound().timelines()
	for i, p := range Make(night, nightBegins, All).Channels {
		line := lines[i]
		floors := everyMinute(p, nightBegins, nightEnds)
		for _, launch := range p.Launches {
			floor := floors[minuteOf(launch.ReadyBy)-minuteOf(nightBegins)]
			peak := min(line.capIn(minuteOf(launch.ReadyBy)), max(line.channel.Base, launch.Wanted))
			if floor.Replicas < launch.Peak || launch.Peak != peak || launch.Share > launch.Peak {
				t.Fatalf("%s at %v: %v, want %d for %+v\n%s", p.Name, launch.ReadyBy, floor, peak, launch, say(night))
			}
			if launch.Capped() != (floor.Wanted > floor.Replicas && launch.Wanted > launch.Peak) {
				t.Fatalf("%s at %v: %v does not say what %+v says\n%s", p.Name, launch.ReadyBy, floor, launch, say(night))
			}
			checkContribution(t, line, launch, floors)
		}
	}
}

func checkContribution(t *testing.T, line *timeline, launch Launch, floors []Floor) {
	t.Helper()
	c := line.campaigns[slices.IndexFunc(line.campaigns, func(c campaign) bool { return c.Name == launch.Campaign })]
	capped := slices.ContainsFunc(floors, func(f Floor) bool { return f.Wanted > f.Replicas })
	before := 0
	for m, floor := range floors {
		when := nightBegins.Add(time.Duration(m) * time.Minute)
		if !when.Before(c.ends) || when.After(c.keepUntil) || line.channel.CallCentre > 0 {
			return
		}
		part := partOf(floor, c.Name)
		if when.Before(c.readyBy) {
			if part < before-1 {
				t.Fatalf("%s at %v: the part of %s falls from %d to %v", line.channel.Name, when, c.Name, before, floor)
			}
			before = part
			continue
		}
		if load := line.load(&c, when); load != c.peak {
			t.Fatalf("%s at %v: load %d of %s, want its peak %d", line.channel.Name, when, load, c.Name, c.peak)
		}
		least := int(c.peak / line.channel.LoadPerReplica)
		if !capped && part < least && line.need(minuteOf(when)) > line.channel.Base {
			t.Fatalf("%s at %v: part of %s in %v, want %d at least", line.channel.Name, when, c.Name, floor, least)
		}
	}
}

func partOf(floor Floor, cause string) int {
	for _, part := range floor.Parts {
		if part.Cause == cause {
			return part.Replicas
		}
	}
	return 0
}

// checkNext: a plan is the same at every instant of [now, Next), and Next > now.
func checkNext(t *testing.T, night Input, dice *rand.Rand) {
	sound := night.sound()
	for range 10 {
		now := randomInstant(dice)
		p := Make(night, now, 20)
		until := p.Next
		if until.IsZero() {
			until = now.Add(100 * 365 * 24 * time.Hour)
		}
		if !until.After(now) {
			t.Fatalf("at %v the next change is at %v\n%s", now, until, say(night))
		}
		for _, then := range []time.Time{now.Add(time.Duration(dice.Int64N(int64(until.Sub(now))))), until.Add(-1)} {
			later := Make(night, then, 20)
			later.Now = now
			if diff := cmp.Diff(p, later); diff != "" {
				t.Fatalf("made at %v, another plan at %v although Next is %v:\n%s\n%s", now, then, p.Next, diff, say(night))
			}
		}
		for _, c := range sound.Campaigns {
			for _, edge := range []time.Time{c.Opens, c.Closes, c.Opens.Add(-c.ReadyBefore), c.when(c.KeepPeak)} {
				if edge.Equal(c.when(c.KeepPeak)) && (c.Forecast.People == 0 || c.Shares["web"] == 0) {
					continue // it may use no channel, and then has no peak
				}
				if edge.After(now) && edge.Before(until) && edge.After(nightBegins) {
					t.Fatalf("at %v: Next %v is after %v of %s", now, p.Next, edge, c.Name)
				}
			}
		}
	}
}

// checkJumps: the floor at t is what any earlier plan said it would be; a plan
// of few steps begins like one of all steps; and to wake at every Next is to see
// every step.
func checkJumps(t *testing.T, night Input, dice *rand.Rand) {
	from := nightBegins
	if dice.IntN(2) == 0 {
		from = randomInstant(dice)
	}
	told := Make(night, from, All)
	for range 20 {
		now := from.Add(time.Duration(dice.Int64N(int64(nightEnds.Sub(from)))))
		jumped, few := Make(night, now, All), Make(night, now, 1+dice.IntN(20))
		for i, p := range told.Channels {
			floors := everyMinute(p, from, now.Add(2*time.Minute))
			if want, got := floors[minuteOf(now)-minuteOf(from)], jumped.Channels[i].Floor; !got.Equal(want) {
				t.Fatalf("%s at %v: %v, but %v was told at %v\n%s", p.Name, now, got, want, from, say(night))
			}
			all, some := jumped.Channels[i].Steps, few.Channels[i].Steps
			if diff := cmp.Diff(all[:min(len(all), len(some))], some); diff != "" {
				t.Fatalf("%s at %v: few steps are not the first of all:\n%s\n%s", p.Name, now, diff, say(night))
			}
		}
	}
	for i, p := range told.Channels {
		if len(p.Steps) > 300 {
			continue // it would take too long to wake so often
		}
		if seen := wakeAtEveryNext(night, from, i); !slices.EqualFunc(seen, p.Steps, sameStep) {
			t.Fatalf("%s: waking shows %v, told were %v\n%s", p.Name, seen, p.Steps, say(night))
		}
	}
}

func sameStep(a, b Step) bool { return a.At.Equal(b.At) && a.Floor.Equal(b.Floor) }

func wakeAtEveryNext(night Input, from time.Time, channel int) []Step {
	var seen []Step
	p := Make(night, from, 1)
	for !p.Next.IsZero() {
		before := p.Channels[channel].Floor
		p = Make(night, p.Next, 1)
		if now := p.Channels[channel].Floor; !now.Equal(before) {
			seen = append(seen, Step{At: p.Now, Floor: now})
		}
	}
	return seen
}

// checkAdding: another campaign lowers no floor, if the cap is out of reach and
// the pace the same.
func checkAdding(t *testing.T, night Input, dice *rand.Rand) {
	for i := range night.Channels {
		night.Channels[i].Max, night.Channels[i].LoadPerReplica = 10_000, 2_000_000
	}
	night.Connections = 0
	for i := range night.Campaigns {
		night.Campaigns[i].Forecast.People %= 1_000_000
	}
	without := night
	left := dice.IntN(len(night.Campaigns))
	without.Campaigns = slices.Delete(slices.Clone(night.Campaigns), left, left+1)
	fewer, more := Make(without, nightBegins, All), Make(night, nightBegins, All)
	for i, p := range more.Channels {
		before := everyMinute(fewer.Channels[i], nightBegins, nightEnds)
		for m, floor := range everyMinute(p, nightBegins, nightEnds) {
			if floor.Replicas < before[m].Replicas {
				t.Fatalf("%s at %v: with %s %v, without it %v\n%s", p.Name, nightBegins.Add(time.Duration(m)*time.Minute),
					night.Campaigns[left].Name, floor, before[m], say(night))
			}
		}
	}
}

// checkPace: the floors of all channels together climb in no minute by more than
// the pace, or by one for each channel where there are more channels than starts.
func checkPace(t *testing.T, night Input, _ *rand.Rand) {
	climbs := make([]int, minuteOf(nightEnds)-minuteOf(nightBegins))
	for _, p := range Make(night, nightBegins, All).Channels {
		floors := everyMinute(p, nightBegins, nightEnds)
		for m := 1; m < len(floors); m++ {
			climbs[m] += max(0, floors[m].Replicas-floors[m-1].Replicas)
		}
	}
	most := max(night.StartsPerMinute, len(night.Channels))
	if worst := slices.Max(climbs); worst > most {
		t.Fatalf("%d starts in the minute %v, want %d at most\n%s", worst,
			nightBegins.Add(time.Duration(slices.Index(climbs, worst))*time.Minute), most, say(night))
	}
}

// checkLate: when a campaign is announced, no floor climbs by more than the
// channel's pace unless the campaign's launch says Late, or unless what comes
// back was released less than a day ago and would have been kept.
func checkLate(t *testing.T, night Input, dice *rand.Rand) {
	news := &night.Campaigns[dice.IntN(len(night.Campaigns))]
	news.Announced = news.Opens.Add(-minutes(dice, -60, 500))
	without := night
	without.Campaigns = slices.DeleteFunc(slices.Clone(night.Campaigns), func(c Campaign) bool { return c.Name == news.Name })
	sound := night.sound()
	paces := shares(sound.StartsPerMinute, sound.Channels)
	old, now := Make(without, nightBegins, All), Make(night, news.Announced, All)
	for i, p := range now.Channels {
		late := slices.ContainsFunc(p.Launches, func(l Launch) bool { return l.Campaign == news.Name && l.Late > 0 })
		past := everyMinute(old.Channels[i], nightBegins, news.Announced)
		most := past[len(past)-1].Replicas + paces[i]
		for _, floor := range past[max(0, len(past)-24*60):] {
			most = max(most, floor.Replicas)
		}
		if !late && p.Floor.Replicas > most {
			t.Fatalf("%s jumps to %v when %s is announced at %v, and nothing is late: %+v\n%s",
				p.Name, p.Floor, news.Name, news.Announced, p.Launches, say(night))
		}
	}
}

// checkConnections: at every instant all channels at their caps, each with one
// pod more, hold no more connections than the store accepts, unless their bases
// alone do; no cap is under a base; and a cap changes only where every floor is
// at its base.
func checkConnections(t *testing.T, night Input, _ *rand.Rand) {
	if night.Connections == 0 {
		return
	}
	sound := night.sound()
	p := Make(night, nightBegins, All)
	least, caps, floors := int64(reserve), map[string][]int{}, map[string][]Floor{}
	for i, c := range p.Channels {
		least += int64(sound.Channels[i].Base+surge) * int64(sound.Channels[i].Connections)
		caps[c.Name], floors[c.Name] = capsOf(c, nightBegins, nightEnds), everyMinute(c, nightBegins, nightEnds)
	}
	for m := range floors["web"] {
		now, moved, above := map[string]int{}, "", ""
		for _, c := range sound.Channels {
			now[c.Name] = caps[c.Name][m]
			if now[c.Name] < c.Base {
				t.Fatalf("minute %d: the cap %d of %s is under its base\n%s", m, now[c.Name], c.Name, say(night))
			}
			if m > 0 && caps[c.Name][m] != caps[c.Name][m-1] {
				moved = c.Name
			}
			if m > 0 && min(floors[c.Name][m].Replicas, floors[c.Name][m-1].Replicas) > c.Base {
				above = c.Name
			}
		}
		if used := Connections(sound.Channels, now); used > max(least, int64(night.Connections)) {
			t.Fatalf("minute %d: %d connections at the caps %v, %d are there\n%s", m, used, now, night.Connections, say(night))
		}
		if moved != "" && above != "" {
			t.Fatalf("minute %d: the cap of %s moves while %s is above its base\n%s", m, moved, above, say(night))
		}
	}
}

func ExampleFloor_String() {
	fmt.Println(Floor{Replicas: 184, Wanted: 184, Parts: []Part{{"born-1946-1950", true, 120}, {"born-1951-1955", true, 64}}})
	fmt.Println(Floor{Replicas: 200, Wanted: 260, Parts: []Part{{"born-1946-1950", true, 200}}})
	// Output:
	// floor 184 = born-1946-1950 120 + born-1951-1955 64
	// floor 200 = born-1946-1950 200, cut to the cap from 260
}
