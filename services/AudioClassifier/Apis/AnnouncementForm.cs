using System.Globalization;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Infrastructure;
using EmptyNumber.AudioClassifier.Model;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Apis;

/// <summary>What somebody says of an announcement, field by field; the first bad one is named.</summary>
/// <param name="field">The text of a field; null or empty where it was not given.</param>
internal sealed class AnnouncementForm(Func<string, string?> field)
{
    private const int MaxText = 1_000;
    private const int MaxName = 50;

    /// <summary>The first bad field, null where all are good.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads the fields.</summary>
    /// <param name="speech">8 kHz mono, trimmed.</param>
    /// <returns>An entry, which counts only where there is no problem.</returns>
    public LibraryEntry Read(ReadOnlySpan<float> speech)
    {
        var callerSide = Flag("caller_side");
        var wav = WavWriter.Write(speech);
        return new LibraryEntry
        {
            Id = LibraryChanges.IdOf(wav),
            State = callerSide ? None("state") : State("state") ?? Bad<NumberState>($"state: {States}"),
            EmbeddedState = callerSide ? null : State("embedded_state"),
            CallerSide = callerSide,
            Text = Text("text", MaxText) is { Length: > 0 } text ? text : Bad<string>("text: what the announcement says")!,
            Language = Text("language", MaxName),
            Carrier = Text("carrier", MaxName),
            Audio = wav,
            Seconds = (double)speech.Length / Recording.RateHz,
        };
    }

    private static string States =>
        $"one of {string.Join(", ", NumberStates.All.Where(state => state.IsAnnounced()).Select(state => (int)state))}";

    private NumberState? State(string name) =>
        field(name) is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && NumberStates.All.Contains((NumberState)value) && ((NumberState)value).IsAnnounced()
            ? (NumberState)value
        : Bad<NumberState?>($"{name}: {States}");

    private NumberState None(string name) =>
        field(name) is null or "" or "0" ? NumberState.Pending : Bad<NumberState>($"{name}: none, for an announcement about the caller's own line");

    private bool Flag(string name) => field(name) switch
    {
        null or "" or "0" or "false" or "False" => false,
        "1" or "true" or "True" => true,
        _ => Bad<bool>($"{name}: true or false"),
    };

    private string Text(string name, int most)
    {
        var text = field(name)?.Trim() ?? "";
        return text.Length <= most && !text.Any(char.IsControl) ? text : Bad<string>($"{name}: up to {most} characters")!;
    }

    private T? Bad<T>(string message)
    {
        Problem ??= message;
        return default;
    }
}
