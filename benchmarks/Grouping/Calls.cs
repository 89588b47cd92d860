using EmptyNumber.AudioClassifier.Analysis;

namespace EmptyNumber.Benchmarks.Grouping;

/// <summary>
/// Calls in which one of some announcements is heard: joined late, cut, in noise, over lines that filter, echo and drift, with packets lost.
/// The shares are those of the corpora that accuracy is measured with; their low-rate codecs are not among them. The same number is the
/// same call.
/// </summary>
/// <param name="announcements">What is heard, 8 kHz mono.</param>
/// <param name="others">What babble is made of.</param>
internal sealed class Calls(IReadOnlyList<float[]> announcements, IReadOnlyList<float[]> others)
{
    private const int RateHz = Recording.RateHz;
    private const int Packet = 160;

    private static readonly float[] ALaw = [.. G711.ALaw.ToArray().Order()];
    private static readonly float[] MuLaw = [.. G711.MuLaw.ToArray().Order()];

    /// <summary>Which announcement a call has.</summary>
    public int AnnouncementOf(int call) => (int)((uint)new Random(call).Next() % announcements.Count);

    /// <summary>Makes a call.</summary>
    /// <param name="call">Its number.</param>
    public float[] Make(int call)
    {
        var random = new Random(call);
        random.Next();
        var speech = Excerpt(announcements[AnnouncementOf(call)], random);
        float[] sound = [.. Prefix(random), .. speech, .. new float[random.Next(2) * random.Next(RateHz)]];
        AddNoise(sound, Power(speech), random);
        sound = Transmit(sound, random);
        var gain = (float)Math.Pow(10, Pick(random, (0.45, 0), (0.2, -10), (0.12, -20), (0.06, -30), (0.07, 6), (0.1, 10)) / 20.0);
        foreach (ref var sample in sound.AsSpan())
            sample = Math.Clamp(sample * gain, -1, 1);
        Code(sound, random);
        return Lose(sound, Pick(random, (0.8, 0), (0.1, 2), (0.1, 5)), random);
    }

    /// <summary>Half of them joined late; played again where they are too short.</summary>
    private static float[] Excerpt(float[] announcement, Random random)
    {
        var wanted = Pick(random, (0.15, 1_000), (0.2, 1_500), (0.25, 2_500), (0.2, 5_000), (0.2, 0)) * RateHz / 1000;
        if (wanted == 0)
            return announcement;
        var pause = (int)((0.3 + random.NextDouble()) * RateHz);
        var start = random.Next(2) * random.Next(announcement.Length);
        var excerpt = new float[Math.Min(wanted, 2 * announcement.Length)];
        for (var i = 0; i < excerpt.Length; i++)
        {
            var at = (start + i) % (announcement.Length + pause);
            excerpt[i] = at < announcement.Length ? announcement[at] : 0;
        }

        return excerpt;
    }

    private static float[] Prefix(Random random)
    {
        var seconds = random.NextDouble() * 3;
        return Pick(random, (0.35, 0), (0.25, 1), (0.25, 2), (0.15, 3)) switch
        {
            0 => [],
            1 => new float[(int)(seconds * RateHz)],
            2 => [.. Enumerable.Range(0, (int)((1 + seconds) * RateHz)).Select(i => i < RateHz ? 0.15f * MathF.Sin(2 * MathF.PI * 450 * i / RateHz) : 0)],
            _ => [.. Enumerable.Range(0, (int)(seconds * RateHz)).Select(_ => 0.001f * Gauss(random))],
        };
    }

    private void AddNoise(float[] sound, double power, Random random)
    {
        var decibels = Pick(random, (0.4, 99), (0.2, 20), (0.18, 10), (0.12, 5), (0.1, 0));
        if (decibels == 99)
            return;
        var noise = random.Next(3) switch
        {
            0 => [.. sound.Select(_ => Gauss(random))],
            1 => Babble(sound.Length, random),
            _ => Hum(sound.Length, random),
        };
        var gain = (float)Math.Sqrt(power / Power(noise) / Math.Pow(10, decibels / 10.0));
        for (var i = 0; i < sound.Length; i++)
            sound[i] += gain * noise[i];
    }

    private float[] Babble(int length, Random random)
    {
        var babble = new float[length];
        for (var voice = 0; voice < 6; voice++)
        {
            var other = others[random.Next(others.Count)];
            var at = random.Next(other.Length);
            for (var i = 0; i < length; i++)
            {
                if (at == other.Length)
                    (other, at) = (others[random.Next(others.Count)], 0);
                babble[i] += other[at++];
            }
        }

        return babble;
    }

    private static float[] Hum(int length, Random random)
    {
        var hum = new float[length];
        for (var harmonic = 1; harmonic <= 15; harmonic++)
        {
            var (phase, gain) = (2 * Math.PI * random.NextDouble(), (0.3 + random.NextDouble()) / harmonic);
            for (var i = 0; i < length; i++)
                hum[i] += (float)(gain * Math.Sin(phase + (2 * Math.PI * 50 * harmonic * i / RateHz)));
        }

        return hum;
    }

    private static float[] Transmit(float[] sound, Random random)
    {
        switch (Pick(random, (0.45, 0), (0.2, 1), (0.2, 2), (0.1, 3), (0.05, 4)))
        {
            case 1:
                TelephoneLine.BandPass(sound, 200 + (200 * random.NextDouble()), 2_900 + (600 * random.NextDouble()));
                break;
            case 2:
                for (var sections = random.Next(2, 5); sections > 0; sections--)
                    TelephoneLine.Delay(sound, 300 + (3_100 * random.NextDouble()), 1 + (4 * random.NextDouble()));
                break;
            case 3:
                return TelephoneLine.Drift(sound, (random.Next(2) == 0 ? 1 : -1) * (20 + (280 * random.NextDouble())));
            case 4:
                TelephoneLine.Echo(sound, 0.008 + (0.052 * random.NextDouble()), -24 + (12 * random.NextDouble()));
                break;
        }

        return sound;
    }

    /// <summary>None, or G.711 of either law: the nearest of its 256 values.</summary>
    private static void Code(float[] sound, Random random)
    {
        var law = Pick(random, (0.4, 0), (0.45, 1), (0.15, 2));
        if (law == 0)
            return;
        var values = law == 1 ? ALaw : MuLaw;
        foreach (ref var sample in sound.AsSpan())
        {
            var found = Array.BinarySearch(values, sample);
            var above = Math.Clamp(found < 0 ? ~found : found, 1, values.Length - 1);
            sample = sample - values[above - 1] < values[above] - sample ? values[above - 1] : values[above];
        }
    }

    /// <summary>Packets are silent, repeat the one before, or are missing.</summary>
    private static float[] Lose(float[] sound, int percent, Random random)
    {
        if (percent == 0)
            return sound;
        var mode = Pick(random, (0.5, 0), (0.3, 1), (0.2, 2));
        var heard = new List<float>(sound.Length);
        var last = new float[Packet];
        foreach (var packet in sound.Chunk(Packet))
        {
            if (random.Next(100) >= percent)
                heard.AddRange(last = packet);
            else if (mode < 2)
                heard.AddRange(mode == 0 ? last : new float[Packet]);
        }

        return [.. heard];
    }

    /// <summary>Power of the frames that are within 30 dB of the loudest.</summary>
    private static double Power(float[] sound)
    {
        var frames = sound.Chunk(Packet).Select(frame => frame.Average(sample => (double)sample * sample)).ToList();
        var loudest = frames.Max();
        return frames.Where(power => power >= loudest / 1000).Average() + 1e-12;
    }

    private static float Gauss(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    private static int Pick(Random random, params ReadOnlySpan<(double Share, int Value)> choices)
    {
        var at = random.NextDouble();
        foreach (var (share, value) in choices)
        {
            if ((at -= share) < 0)
                return value;
        }

        return choices[^1].Value;
    }
}
