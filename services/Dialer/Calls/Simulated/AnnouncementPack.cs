using CsvHelper;
using EmptyNumber.Contracts;
using EmptyNumber.Dialer.Calls.Wav;

namespace EmptyNumber.Dialer.Calls.Simulated;

/// <summary>
/// The announcements that the simulated carrier plays: <c>announcements.csv</c> (<c>id,path,state,caller_side,language,carrier</c>
/// among its columns) and the WAVs that it names, 8 kHz, mono, A-law. What is said of the caller's own line is left out.
/// </summary>
internal sealed class AnnouncementPack
{
    private readonly ILookup<NumberState, Announcement> _byState;

    private AnnouncementPack(ILookup<NumberState, Announcement> byState) => _byState = byState;

    /// <summary>The pack that comes with the program.</summary>
    public static string DefaultFolder { get; } = Path.Combine(AppContext.BaseDirectory, "Announcements");

    /// <summary>What may be said of a number of that state: something for all but pending and unknown.</summary>
    public IReadOnlyList<Announcement> For(NumberState state) => [.. _byState[state]];

    /// <summary>Reads a pack.</summary>
    /// <exception cref="InvalidDataException">A file of it is not an announcement, or there is none for a state.</exception>
    /// <exception cref="IOException">A file of it is missing.</exception>
    public static AnnouncementPack Load(string folder)
    {
        using var csv = CsvReader.FromFile(Path.Combine(folder, "announcements.csv"));
        var announcements = new List<Announcement>();
        while (csv.Read())
        {
            if (csv.Parse<bool>("caller_side"))
                continue;
            announcements.Add(new Announcement(
                csv.GetString("id"),
                (NumberState)csv.Parse<int>("state"),
                csv.GetString("language"),
                csv.GetString("carrier"),
                ReadALaw(Path.Combine(folder, csv.GetString("path")))));
        }

        var byState = announcements.ToLookup(announcement => announcement.State);
        var mute = NumberStates.All.Where(state => state is not (NumberState.Pending or NumberState.Unknown) && !byState.Contains(state)).ToList();
        return mute.Count == 0
            ? new AnnouncementPack(byState)
            : throw new InvalidDataException($"{folder} has no announcement for {string.Join(", ", mute)}.");
    }

    private static float[] ReadALaw(string path)
    {
        var file = File.ReadAllBytes(path);
        if (!WavHeader.TryRead(file, out var wav, out var error))
            throw new InvalidDataException($"{path}: {error}.");
        if (wav is not { Encoding: WavEncoding.ALaw, SampleRateHz: Oscillator.RateHz, Channels: 1 })
            throw new InvalidDataException($"{path} is not an announcement: 8 kHz, mono, A-law is wanted.");
        return Array.ConvertAll(file[wav.DataOffset..(wav.DataOffset + wav.Frames)], code => G711.DecodeALaw(code) / 32768f);
    }
}
