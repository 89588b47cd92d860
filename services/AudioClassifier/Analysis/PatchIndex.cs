using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// Codes of all references, laid out to be compared with a recording's by brute force. Immutable.
/// </summary>
/// <remarks>
/// Eight successive patches of a reference lie side by side, two dimensions at a time, so that one multiply-add serves eight
/// patches and no sum runs across a vector.
/// </remarks>
public sealed class PatchIndex
{
    /// <summary>Frames from one patch of a reference to the next: 40 ms.</summary>
    public const int HopFrames = 2;

    private const int Group = 8;
    private const int GroupBytes = Group * SpeechPatch.Dimensions;
    private const int Pairs = SpeechPatch.Dimensions / 2;
    private const int QueriesAtOnce = 4;

    // Likeness below this is chance. What exceeds it is squared, so that a few sure patches outweigh many doubtful ones; the shift keeps
    // the sum over the patches of 120 s within 32 bits.
    private const int LeastLikeness = (int)(0.35 * SpeechPatch.Norm * SpeechPatch.Norm);
    private const int ExcessShift = 4;
    private const float ExcessUnit = (float)(SpeechPatch.Norm * SpeechPatch.Norm) / (1 << ExcessShift);

    private readonly sbyte[] _groups;
    private readonly int[] _firstGroup;

    /// <param name="references">The codes of each reference, in the library's order.</param>
    public PatchIndex(IReadOnlyList<sbyte[]> references)
    {
        _firstGroup = new int[references.Count + 1];
        for (var i = 0; i < references.Count; i++)
            _firstGroup[i + 1] = _firstGroup[i] + (((references[i].Length / SpeechPatch.Dimensions) + Group - 1) / Group);
        _groups = new sbyte[_firstGroup[^1] * GroupBytes];
        for (var i = 0; i < references.Count; i++)
            Lay(references[i], _groups.AsSpan(_firstGroup[i] * GroupBytes));
    }

    /// <summary>References in the index.</summary>
    public int Count => _firstGroup.Length - 1;

    /// <summary>Finds, for each reference, the alignment at which it is most like the recording.</summary>
    /// <param name="codes">The recording's codes.</param>
    /// <param name="hop">Patches of 40 ms from one of them to the next.</param>
    /// <param name="best">Takes one answer a reference.</param>
    public void Scan(ReadOnlySpan<sbyte> codes, int hop, Span<Alignment> best)
    {
        var wide = Widen(codes);
        var longest = 0;
        for (var reference = 0; reference < Count; reference++)
            longest = Math.Max(longest, Patches(reference));
        var diagonals = new int[longest + (Steps(codes) * hop)];
        for (var reference = 0; reference < Count; reference++)
        {
            var sums = diagonals.AsSpan(0, Patches(reference) + (Steps(codes) * hop));
            Compare(reference, wide, Steps(codes) + 1, hop, sums);
            var at = TensorPrimitives.IndexOfMax<int>(sums);
            best[reference] = new Alignment(reference, at - (Steps(codes) * hop), Scaled(sums[at]));
        }
    }

    /// <summary>Finds the best alignments of one reference that lie 0.3 s or more from one another.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="codes">The recording's codes.</param>
    /// <param name="hop">Patches of 40 ms from one of them to the next.</param>
    /// <param name="best">Takes the alignments, the best first.</param>
    /// <returns>How many there are.</returns>
    public int Alignments(int reference, ReadOnlySpan<sbyte> codes, int hop, Span<Alignment> best)
    {
        const int apart = 8;
        var sums = new int[Patches(reference) + (Steps(codes) * hop)];
        Compare(reference, Widen(codes), Steps(codes) + 1, hop, sums);
        for (var i = 0; i < best.Length; i++)
        {
            var at = TensorPrimitives.IndexOfMax<int>(sums);
            if (sums[at] <= 0)
                return i;
            best[i] = new Alignment(reference, at - (Steps(codes) * hop), Scaled(sums[at]));
            sums.AsSpan(Math.Max(0, at - apart + 1)..Math.Min(sums.Length, at + apart)).Clear();
        }

        return best.Length;
    }

    /// <summary>The codes of a reference, as a recording's.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="hop">Patches of 40 ms from one of them to the next.</param>
    public sbyte[] Codes(int reference, int hop)
    {
        var codes = new sbyte[(Patches(reference) + hop - 1) / hop * SpeechPatch.Dimensions];
        for (var i = 0; i < codes.Length; i++)
        {
            var (patch, dimension) = (i / SpeechPatch.Dimensions * hop, i % SpeechPatch.Dimensions);
            codes[i] = _groups[(_firstGroup[reference] * GroupBytes) + Place(patch, dimension)];
        }

        return codes;
    }

    private static int Place(int patch, int dimension) =>
        (patch / Group * GroupBytes) + (dimension / 2 * 2 * Group) + (patch % Group * 2) + (dimension % 2);

    private static int Steps(ReadOnlySpan<sbyte> codes) => (codes.Length / SpeechPatch.Dimensions) - 1;

    private static float Scaled(int likeness) => likeness / (ExcessUnit * ExcessUnit);

    private int Patches(int reference) => (_firstGroup[reference + 1] - _firstGroup[reference]) * Group;

    private void Compare(int reference, ReadOnlySpan<int> wide, int queries, int hop, Span<int> sums)
    {
        var groups = _groups.AsSpan(_firstGroup[reference] * GroupBytes, Patches(reference) * SpeechPatch.Dimensions);
        sums.Clear();
        if (Avx2.IsSupported)
            AddLikeness(groups, wide, queries, hop, sums);
        else
            AddLikenessPortably(groups, wide, queries, hop, sums);
    }

    private static void Lay(sbyte[] codes, Span<sbyte> groups)
    {
        for (var i = 0; i < codes.Length; i++)
            groups[Place(i / SpeechPatch.Dimensions, i % SpeechPatch.Dimensions)] = codes[i];
    }

    /// <summary>Pairs of 16-bit values as the multiply-add wants them; whole batches, the rest zero.</summary>
    private static int[] Widen(ReadOnlySpan<sbyte> codes)
    {
        var queries = Steps(codes) + 1;
        var pairs = new int[(queries + QueriesAtOnce - 1) / QueriesAtOnce * QueriesAtOnce * Pairs];
        for (var i = 0; i < queries * Pairs; i++)
            pairs[i] = (ushort)(short)codes[2 * i] | (codes[(2 * i) + 1] << 16);
        return pairs;
    }

    internal static void AddLikeness(ReadOnlySpan<sbyte> groups, ReadOnlySpan<int> wide, int queries, int hop, Span<int> sums)
    {
        var least = Vector256.Create(LeastLikeness);
        for (var query = 0; query < queries; query += QueriesAtOnce)
        {
            ref var pair = ref MemoryMarshal.GetReference(wide[(query * Pairs)..]);
            var batch = Math.Min(QueriesAtOnce, queries - query);
            for (var at = 0; at < groups.Length; at += GroupBytes)
            {
                ref var group = ref MemoryMarshal.GetReference(groups[at..]);
                Vector256<int> a = default, b = default, c = default, d = default;
                for (var p = 0; p < Pairs; p++)
                {
                    var patches = Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref group, (nuint)(p * 2 * Group)));
                    a += Avx2.MultiplyAddAdjacent(patches, Vector256.Create(Unsafe.Add(ref pair, p)).AsInt16());
                    b += Avx2.MultiplyAddAdjacent(patches, Vector256.Create(Unsafe.Add(ref pair, Pairs + p)).AsInt16());
                    c += Avx2.MultiplyAddAdjacent(patches, Vector256.Create(Unsafe.Add(ref pair, (2 * Pairs) + p)).AsInt16());
                    d += Avx2.MultiplyAddAdjacent(patches, Vector256.Create(Unsafe.Add(ref pair, (3 * Pairs) + p)).AsInt16());
                }

                var first = at / SpeechPatch.Dimensions;
                Add(a, sums, first + ((queries - 1 - query) * hop));
                if (batch > 1)
                    Add(b, sums, first + ((queries - 2 - query) * hop));
                if (batch > 2)
                    Add(c, sums, first + ((queries - 3 - query) * hop));
                if (batch > 3)
                    Add(d, sums, first + ((queries - 4 - query) * hop));
            }
        }

        void Add(Vector256<int> likeness, Span<int> sums, int at)
        {
            var target = sums.Slice(at, Group);
            var excess = Vector256.ShiftRightLogical(Vector256.Max(likeness - least, Vector256<int>.Zero), ExcessShift);
            (Vector256.Create<int>(target) + (excess * excess)).CopyTo(target);
        }
    }

    internal static void AddLikenessPortably(ReadOnlySpan<sbyte> groups, ReadOnlySpan<int> wide, int queries, int hop, Span<int> sums)
    {
        for (var query = 0; query < queries; query++)
        {
            for (var patch = 0; patch < groups.Length / SpeechPatch.Dimensions; patch++)
            {
                var likeness = -LeastLikeness;
                for (var p = 0; p < Pairs; p++)
                {
                    var at = (patch / Group * GroupBytes) + (p * 2 * Group) + (patch % Group * 2);
                    var pair = wide[(query * Pairs) + p];
                    likeness += (groups[at] * (short)pair) + (groups[at + 1] * (pair >> 16));
                }

                var excess = Math.Max(0, likeness) >> ExcessShift;
                sums[patch + ((queries - 1 - query) * hop)] += excess * excess;
            }
        }
    }
}

/// <summary>How a reference lies along a recording.</summary>
/// <param name="Reference">Index in the library.</param>
/// <param name="Offset">Which patch of the reference (40 ms each) lies at the recording's begin; negative when the reference begins later.</param>
/// <param name="Likeness">Sum over the recording's patches of the square of what their likeness exceeds chance by, at most 0.42 each.</param>
public readonly record struct Alignment(int Reference, int Offset, float Likeness)
{
    /// <summary>Which sample of the reference lies at the recording's begin, to within 20 ms.</summary>
    public int OffsetSamples => Offset * PatchIndex.HopFrames * LogMel.HopSamples;
}
