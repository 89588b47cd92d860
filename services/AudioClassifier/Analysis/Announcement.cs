using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>An announcement of a carrier, as the library knows it.</summary>
/// <param name="Id">Its id, unique in a library.</param>
/// <param name="State">The state that it tells of; pending where it is about the caller's own line.</param>
/// <param name="EmbeddedState">A second state inside the first (来电提醒 around 关机), null where there is none.</param>
/// <param name="CallerSide">It is about the caller's own line (您的电话已欠费) and says nothing of the number.</param>
/// <param name="Text">What it says.</param>
/// <param name="Language">Its language, such as <c>zh</c>.</param>
/// <param name="Carrier">Whose it is.</param>
/// <param name="Samples">8 kHz mono, full scale is 1, without silence around it.</param>
public sealed record Announcement(
    string Id, NumberState State, NumberState? EmbeddedState, bool CallerSide, string Text, string Language, string Carrier, float[] Samples)
{
    /// <summary>Whether hearing either is the same verdict.</summary>
    public bool MeansTheSameAs(Announcement other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return State == other.State && CallerSide == other.CallerSide && EmbeddedState == other.EmbeddedState;
    }
}
