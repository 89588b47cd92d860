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
    /// <param name="query">The recording.</param>
    /// <param name="best">Takes one answer a reference.</param>
    public void Scan(Query query, Span<Alignment> best)
    {
        var longest = 0;
        for (var reference = 0; reference < Count; reference++)
            longest = Math.Max(longest, Patches(reference));
        var diagonals = new int[longest + query.Span];
        for (var reference = 0; reference < Count; reference++)
        {
            var sums = diagonals.AsSpan(0, Patches(reference) + query.Span);
            Compare(reference, query, sums);
            var at = TensorPrimitives.IndexOfMax<int>(sums);
            best[reference] = new Alignment(reference, at - query.Span, Scaled(sums[at]));
        }
    }

    /// <summary>Finds the best alignments of one reference that lie 0.3 s or more from one another.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="query">The recording.</param>
    /// <param name="best">Takes the alignments, the best first.</param>
    /// <returns>How many there are.</returns>
    public int Alignments(int reference, Query query, Span<Alignment> best)
    {
        const int apart = 8;
        var sums = new int[Patches(reference) + query.Span];
        Compare(reference, query, sums);
        for (var i = 0; i < best.Length; i++)
        {
            var at = TensorPrimitives.IndexOfMax<int>(sums);
            if (sums[at] <= 0)
                return i;
            best[i] = new Alignment(reference, at - query.Span, Scaled(sums[at]));
            sums.AsSpan(Math.Max(0, at - apart + 1)..Math.Min(sums.Length, at + apart)).Clear();
        }

        return best.Length;
    }

    /// <summary>What a recording, or a reference taken for one, is compared by.</summary>
    /// <remarks>Diagonal d of a reference is where its patch d − Span lies at the recording's begin.</remarks>
    public sealed class Query
    {
        /// <param name="codes">The codes of its patches; those that are zero are left out.</param>
        /// <param name="hop">Patches of 40 ms from one of them to the next.</param>
        public Query(ReadOnlySpan<sbyte> codes, int hop)
        {
            var patches = codes.Length / SpeechPatch.Dimensions;
            Span = (patches - 1) * hop;
            var places = new List<int>(patches);
            Pairs = new int[(patches + QueriesAtOnce - 1) / QueriesAtOnce * QueriesAtOnce * PatchIndex.Pairs];
            for (var patch = 0; patch < patches; patch++)
            {
                var code = codes.Slice(patch * SpeechPatch.Dimensions, SpeechPatch.Dimensions);
                if (!code.ContainsAnyExcept((sbyte)0))
                    continue;
                for (var p = 0; p < PatchIndex.Pairs; p++)
                    Pairs[(places.Count * PatchIndex.Pairs) + p] = (code[2 * p] & 0xFFFF) + (code[(2 * p) + 1] << 16);
                places.Add(Span - (patch * hop));
            }

            Places = [.. places];
        }

        /// <summary>Patches of 40 ms from the first to the last.</summary>
        internal int Span { get; }

        /// <summary>Diagonal at which each patch meets a reference's first.</summary>
        internal int[] Places { get; }

        /// <summary>Two dimensions of a patch each, as 16-bit halves: what the multiply-add wants.</summary>
        internal int[] Pairs { get; }
    }

    /// <summary>A reference, to be compared with the others.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="hop">Patches of 40 ms from one that is compared to the next.</param>
    public Query QueryOf(int reference, int hop)
    {
        var codes = new sbyte[(Patches(reference) + hop - 1) / hop * SpeechPatch.Dimensions];
        for (var i = 0; i < codes.Length; i++)
        {
            var (patch, dimension) = (i / SpeechPatch.Dimensions * hop, i % SpeechPatch.Dimensions);
            codes[i] = _groups[(_firstGroup[reference] * GroupBytes) + Place(patch, dimension)];
        }

        return new Query(codes, hop);
    }

    private static int Place(int patch, int dimension) =>
        (patch / Group * GroupBytes) + (dimension / 2 * 2 * Group) + (patch % Group * 2) + (dimension % 2);

    private static float Scaled(int likeness) => likeness / (ExcessUnit * ExcessUnit);

    private int Patches(int reference) => (_firstGroup[reference + 1] - _firstGroup[reference]) * Group;

    private void Compare(int reference, Query query, Span<int> sums)
    {
        var groups = _groups.AsSpan(_firstGroup[reference] * GroupBytes, Patches(reference) * SpeechPatch.Dimensions);
        sums.Clear();
        if (Avx2.IsSupported)
            AddLikeness(groups, query, sums);
        else
            AddLikenessPortably(groups, query, sums);
    }

    private static void Lay(sbyte[] codes, Span<sbyte> groups)
    {
        for (var i = 0; i < codes.Length; i++)
            groups[Place(i / SpeechPatch.Dimensions, i % SpeechPatch.Dimensions)] = codes[i];
    }

    internal static void AddLikeness(ReadOnlySpan<sbyte> groups, Query query, Span<int> sums)
    {
        var least = Vector256.Create(LeastLikeness);
        for (var first = 0; first < query.Places.Length; first += QueriesAtOnce)
        {
            ref var pair = ref MemoryMarshal.GetReference(query.Pairs.AsSpan(first * Pairs));
            var places = query.Places.AsSpan(first, Math.Min(QueriesAtOnce, query.Places.Length - first));
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

                var patch = at / SpeechPatch.Dimensions;
                Add(a, sums, patch + places[0]);
                if (places.Length > 1)
                    Add(b, sums, patch + places[1]);
                if (places.Length > 2)
                    Add(c, sums, patch + places[2]);
                if (places.Length > 3)
                    Add(d, sums, patch + places[3]);
            }
        }

        void Add(Vector256<int> likeness, Span<int> sums, int at)
        {
            var target = sums.Slice(at, Group);
            var excess = Vector256.ShiftRightLogical(Vector256.Max(likeness - least, Vector256<int>.Zero), ExcessShift);
            (Vector256.Create<int>(target) + (excess * excess)).CopyTo(target);
        }
    }

    internal static void AddLikenessPortably(ReadOnlySpan<sbyte> groups, Query query, Span<int> sums)
    {
        for (var i = 0; i < query.Places.Length; i++)
        {
            for (var patch = 0; patch < groups.Length / SpeechPatch.Dimensions; patch++)
            {
                var likeness = -LeastLikeness;
                for (var p = 0; p < Pairs; p++)
                {
                    var at = Place(patch, 2 * p);
                    var pair = query.Pairs[(i * Pairs) + p];
                    likeness += (groups[at] * (short)pair) + (groups[at + 1] * (pair >> 16));
                }

                var excess = Math.Max(0, likeness) >> ExcessShift;
                sums[patch + query.Places[i]] += excess * excess;
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
