namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>Codes of all references, laid out to be compared with a recording's by brute force. Immutable.</summary>
/// <remarks>
/// A reference's patches, 40 ms apart, lie in four series of every fourth: one series alone is a sparse likeness of all references, a
/// quarter of the whole. Within a series sixteen successive patches lie side by side, two dimensions at a time, so that one multiply-add
/// serves sixteen patches and no sum runs across a vector. Values are offset by <see cref="SpeechPatch.Norm"/>, for the multiply-add wants
/// one side unsigned.
/// </remarks>
public sealed class PatchIndex
{
    /// <summary>Frames from one patch of a reference to the next: 40 ms.</summary>
    public const int HopFrames = 2;

    /// <summary>Series that the patches are divided into.</summary>
    internal const int Series = 4;

    /// <summary>Frames from one patch of a series to the next: 160 ms.</summary>
    internal const int SeriesFrames = Series * HopFrames;

    /// <summary>Patches that lie side by side.</summary>
    internal const int Group = 16;

    /// <summary>Bytes of a group.</summary>
    internal const int GroupBytes = Group * SpeechPatch.Dimensions;

    private readonly byte[][] _series = new byte[Series][];
    private readonly int[] _firstGroup;

    /// <param name="references">The codes of each reference, in the library's order.</param>
    public PatchIndex(IReadOnlyList<sbyte[]> references)
    {
        _firstGroup = new int[references.Count + 1];
        for (var i = 0; i < references.Count; i++)
        {
            var patches = references[i].Length / SpeechPatch.Dimensions;
            _firstGroup[i + 1] = _firstGroup[i] + Groups((patches + Series - 1) / Series);
        }

        for (var series = 0; series < Series; series++)
        {
            _series[series] = new byte[_firstGroup[^1] * GroupBytes];
            Array.Fill(_series[series], (byte)SpeechPatch.Norm);
        }

        for (var i = 0; i < references.Count; i++)
            Lay(i, references[i]);
    }

    /// <summary>References in the index.</summary>
    public int Count => _firstGroup.Length - 1;

    /// <summary>One series of a reference, in whole groups.</summary>
    internal ReadOnlySpan<byte> Codes(int reference, int series) =>
        _series[series].AsSpan(_firstGroup[reference] * GroupBytes, (_firstGroup[reference + 1] - _firstGroup[reference]) * GroupBytes);

    /// <summary>A reference's codes as <see cref="SpeechPatch.Encode(ReadOnlySpan{float}, int, Span{sbyte})"/> gave them, but for patches that are left out.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="hop">Patches from one that is given to the next.</param>
    /// <param name="codes">Takes them.</param>
    /// <returns>How many bytes were written.</returns>
    internal int Decode(int reference, int hop, Span<sbyte> codes)
    {
        var patches = Codes(reference, 0).Length / SpeechPatch.Dimensions * Series;
        var written = 0;
        for (var patch = 0; patch < patches; patch += hop)
        {
            var series = Codes(reference, patch % Series);
            for (var dimension = 0; dimension < SpeechPatch.Dimensions; dimension++)
                codes[written++] = (sbyte)(series[Place(patch / Series, dimension)] - SpeechPatch.Norm);
        }

        return written;
    }

    /// <summary>Bytes that <see cref="Decode"/> writes.</summary>
    internal int DecodedBytes(int reference, int hop) =>
        ((Codes(reference, 0).Length / SpeechPatch.Dimensions * Series) + hop - 1) / hop * SpeechPatch.Dimensions;

    /// <summary>Where a dimension of a patch lies in its series.</summary>
    internal static int Place(int patch, int dimension) =>
        (patch / Group * GroupBytes) + (dimension / 2 * 2 * Group) + (patch % Group * 2) + (dimension % 2);

    private static int Groups(int patches) => (patches + Group - 1) / Group;

    private void Lay(int reference, sbyte[] codes)
    {
        var first = _firstGroup[reference] * GroupBytes;
        for (var patch = 0; patch < codes.Length / SpeechPatch.Dimensions; patch++)
        {
            var code = codes.AsSpan(patch * SpeechPatch.Dimensions, SpeechPatch.Dimensions);
            var laid = _series[patch % Series].AsSpan(first + Place(patch / Series, 0));
            for (var dimension = 0; dimension < code.Length; dimension += 2)
            {
                laid[dimension * Group] = (byte)(code[dimension] + SpeechPatch.Norm);
                laid[(dimension * Group) + 1] = (byte)(code[dimension + 1] + SpeechPatch.Norm);
            }
        }
    }
}
