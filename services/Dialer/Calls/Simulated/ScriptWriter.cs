using EmptyNumber.Contracts;
using EmptyNumber.Dialer.Calls.Wav;

namespace EmptyNumber.Dialer.Calls.Simulated;

/// <summary>
/// Thinks up calls: for each state something that a caller may hear, in which what tells the state is never cut away,
/// mostly 6 to 15 s of it.
/// </summary>
internal sealed class ScriptWriter(AnnouncementPack pack)
{
    /// <summary>Announcements are repeated until at least so much of them is heard: 5 s of speech, and the pauses.</summary>
    private const double LeastSpeechS = 6.5;

    /// <summary>A cycle of announcements that is longer is not joined late: its repetition would make the call too long.</summary>
    private const double LongestLateCycleS = 5;

    /// <summary>What recorders write, and how wide its samples are; what is common stands more than once.</summary>
    private static readonly (WavEncoding Encoding, int SampleBytes)[] Encodings =
    [
        (WavEncoding.Pcm, 2), (WavEncoding.Pcm, 2), (WavEncoding.Pcm, 2), (WavEncoding.Pcm, 2),
        (WavEncoding.ALaw, 1), (WavEncoding.ALaw, 1), (WavEncoding.MuLaw, 1), (WavEncoding.Pcm, 1), (WavEncoding.Float, 4),
    ];

    /// <summary>Writes a call to a number of the given state.</summary>
    public CallScript Write(NumberState state, Random random) => state switch
    {
        NumberState.InService => Ringing(random),
        NumberState.Unknown => Nothing(random),
        NumberState.Vacant when random.Chance(0.5) => Tones(state, Tone.Vacant, random),
        NumberState.Busy when random.Chance(0.5) => Tones(state, Tone.Busy, random),
        NumberState.NetworkBusy when random.Chance(0.5) => Tones(state, Tone.Congestion, random),
        _ => Announced(state, random),
    };

    /// <summary>At least two whole bursts of ringback; usually the call is answered then.</summary>
    private static CallScript Ringing(Random random)
    {
        var ringback = Detuned(Tone.Ringback, random);
        var periodS = ringback.PeriodS();
        var burstS = ringback[0].OnS;
        var startS = random.Between(burstS, periodS);
        var ringS = periodS - startS + periodS + burstS + random.Between(0.2, periodS - burstS);
        var level = ToneLevel(random);
        var ring = new Signal(ringback, startS, level, ringS);
        var answered = random.Chance(0.7);
        return new CallScript(
            [ring],
            LateS: 0,
            EndS: answered ? ringS + random.Between(0.5, 1.5) : ringS,
            Noise(level, random),
            Gain(random),
            Format(random),
            answered ? Release.Answered : Release.Ringing,
            answered ? ringS : null);
    }

    private static CallScript Nothing(Random random)
    {
        var noise = random.Chance(0.3) ? new LineNoise(null, null) : new LineNoise(random.Between(-75, -65), null);
        return new CallScript(
            [], LateS: 0, EndS: random.Between(6, 12), noise, GainDb: 0, Format(random), Release.Unanswered(NumberState.Unknown, random));
    }

    private static CallScript Tones(NumberState state, Tone tone, Random random)
    {
        var period = Detuned(tone, random);
        var level = ToneLevel(random);
        var setup = new Silence(random.Between(0, 1));
        var signal = new Signal(period, random.Between(0, period.PeriodS()), level, random.Between(6, 12));
        return new CallScript(
            [setup, signal],
            LateS: 0,
            EndS: setup.LengthS + signal.LengthS,
            Noise(level, random),
            Gain(random),
            Format(random),
            Release.Unanswered(state, random));
    }

    /// <summary>Before the announcement what comes before it in that state; then the announcement, until enough of it was heard.</summary>
    private CallScript Announced(NumberState state, Random random)
    {
        var level = random.Between(-22, -14);
        var before = Before(state, random);
        var cycle = Cycle(state, level, random);
        var beforeS = before.Sum(sound => sound.LengthS);
        var cycleS = cycle.Sum(sound => sound.LengthS);

        var cutS = cycleS <= LongestLateCycleS && random.Chance(0.25) ? random.Between(0, cycle[0].LengthS) : 0;
        var lateS = cutS > 0 ? beforeS + cutS : random.Chance(0.5) ? random.Between(0, beforeS) : 0;
        // The first announcement that is heard from its beginning is heard to its end.
        var wholeS = beforeS + (cutS > 0 ? cycleS : 0) + cycle[0].LengthS;
        var leastEndS = Math.Max(wholeS, beforeS + cutS + LeastSpeechS);
        var cycles = (int)Math.Ceiling((leastEndS - beforeS) / cycleS);

        return new CallScript(
            [.. before, .. Enumerable.Repeat(cycle, cycles).SelectMany(sounds => sounds)],
            lateS,
            random.Between(leastEndS, beforeS + (cycles * cycleS)),
            Noise(level, random),
            Gain(random),
            Format(random),
            // A mailbox picks up, where a reminder leaves it at early media.
            state == NumberState.CallReminder && random.Chance(0.3) ? Release.Answered : Release.Unanswered(state, random));
    }

    /// <summary>Chinese, mostly followed by the same carrier's English where there is one, and a pause.</summary>
    private List<Sound> Cycle(NumberState state, double level, Random random)
    {
        var all = pack.For(state);
        var chinese = all.Where(announcement => announcement.Language == "zh").ToList();
        var first = random.Pick(chinese.Count > 0 && random.Chance(0.85) ? chinese : all);
        var english = all.FirstOrDefault(announcement => announcement.Language == "en" && announcement.Carrier == first.Carrier);

        List<Sound> cycle = [new Speech(first, level), new Silence(random.Between(0.3, 0.7))];
        if (english is not null && english != first && random.Chance(0.6))
            cycle.AddRange([new Speech(english, level), new Silence(random.Between(0.3, 0.7))]);
        return cycle;
    }

    private static List<Sound> Before(NumberState state, Random random)
    {
        var setup = new Silence(random.Between(0.3, 1.5));
        return state switch
        {
            NumberState.NoAnswer => [setup, Ring(bursts: random.Next(1, 3), random)],
            NumberState.Rejected or NumberState.CallReminder when random.Chance(0.6) => [setup, Ring(bursts: 1, random)],
            NumberState.Vacant or NumberState.NetworkBusy when random.Chance(0.15) => [setup, InformationTone(random)],
            _ => [setup],
        };
    }

    /// <summary>So many bursts of ringback, and a part of the pause after the last one.</summary>
    private static Signal Ring(int bursts, Random random)
    {
        var ringback = Detuned(Tone.Ringback, random);
        var lengthS = ((bursts - 1) * ringback.PeriodS()) + ringback[0].OnS + random.Between(0.3, 1.5);
        return new Signal(ringback, 0, ToneLevel(random), lengthS);
    }

    private static Signal InformationTone(Random random)
    {
        var period = Detuned(Tone.Sit, random);
        return new Signal(period, 0, ToneLevel(random), period.PeriodS());
    }

    /// <summary>Well within the tolerances of GB/T 3380, 450 ± 25 Hz and ± 10 %.</summary>
    private static IReadOnlyList<Pulse> Detuned(Tone tone, Random random) =>
        Cadence.Of(tone).Detuned(random.Between(0.98, 1.02), random.Between(0.97, 1.03));

    /// <summary>GB/T 3380: −10 ± 5 dBm0.</summary>
    private static double ToneLevel(Random random) => random.Between(-14, -6);

    private static double Gain(Random random) => random.Between(-9, 3);

    private static LineNoise Noise(double soundDbm0, Random random)
    {
        var noise = soundDbm0 - random.Between(20, 30);
        return new LineNoise(noise, random.Chance(0.3) ? noise - 3 : null);
    }

    private static WavFormat Format(Random random)
    {
        var (encoding, bytes) = random.Pick(Encodings);
        var wide = encoding is not (WavEncoding.ALaw or WavEncoding.MuLaw) && random.Chance(0.25);
        return new WavFormat(
            encoding,
            bytes,
            wide ? 16_000 : 8_000,
            random.Chance(0.8) ? Leg.Mono : random.Pick<Leg>([Leg.Left, Leg.Right]),
            random.Chance(0.8) ? DeclaredLength.True : random.Pick<DeclaredLength>([DeclaredLength.Zero, DeclaredLength.AllOnes]));
    }
}
