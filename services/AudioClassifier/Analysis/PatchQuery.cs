using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// What a recording, or a reference taken for one, is compared by: its patches. Not thread-safe; its buffers are used again.
/// </summary>
/// <param name="chance">Likeness, 0 to 1, that is taken for chance. What exceeds it is squared, so that a few sure patches outweigh many doubtful ones.</param>
internal sealed class PatchQuery(float chance)
{
    private const int Pairs = SpeechPatch.Dimensions / 2;
    private const int AtOnce = 4;
    private const int Norm = SpeechPatch.Norm;

    // What is left of a square after the multiplication of 16 bits.
    private const int SquareBits = 16;

    private readonly int _chance = (int)(chance * Norm * Norm);
    private readonly Diagonals _diagonals = new();
    private sbyte[] _vectors = [];
    private int[] _frames = [];
    private short[] _chances = [];
    private int _count;
    private int _spanFrames;

    /// <summary>Bits that an excess is raised by before it is squared: as many as leave room to sum up all patches in 16 bits.</summary>
    private int Raise => _count switch { <= 36 => 2, <= 150 => 1, _ => 0 };

    /// <summary>Takes what is to be compared.</summary>
    /// <param name="codes">The codes of its patches; those that are zero are left out.</param>
    /// <param name="hopFrames">Frames from one of them to the next.</param>
    public void Load(ReadOnlySpan<sbyte> codes, int hopFrames)
    {
        var patches = codes.Length / SpeechPatch.Dimensions;
        var room = (patches + AtOnce - 1) / AtOnce * AtOnce;
        if (_frames.Length < room)
            (_vectors, _frames, _chances) = (new sbyte[room * PatchIndex.GroupBytes], new int[room], new short[room]);
        _count = 0;
        _spanFrames = (patches - 1) * hopFrames;
        for (var patch = 0; patch < patches; patch++)
        {
            var code = codes.Slice(patch * SpeechPatch.Dimensions, SpeechPatch.Dimensions);
            if (code.ContainsAnyExcept((sbyte)0))
                Add(code, patch * hopFrames);
        }

        // What fills up the last four is like nothing.
        _vectors.AsSpan(_count * PatchIndex.GroupBytes).Clear();
        _chances.AsSpan(_count).Fill((short)_chance);
        _frames.AsSpan(_count).Clear();
    }

    /// <summary>The highest sum of likeness along neighbouring diagonals, by a quarter of a reference's patches, in units of this query.</summary>
    public int Glance(PatchIndex index, int reference)
    {
        _diagonals.Reset(index.Codes(reference, 0).Length / SpeechPatch.Dimensions, _spanFrames);
        AddLikeness(index.Codes(reference, 0), 0, _diagonals);
        return _diagonals.BestOfEight();
    }

    /// <summary>Finds the best alignments of a reference that lie 0.3 s or more from one another.</summary>
    /// <param name="index">The references.</param>
    /// <param name="reference">Which.</param>
    /// <param name="best">Takes the alignments, the best first.</param>
    /// <returns>How many there are.</returns>
    public int Align(PatchIndex index, int reference, Span<Alignment> best)
    {
        const int apartFrames = 16;
        _diagonals.Reset(index.Codes(reference, 0).Length / SpeechPatch.Dimensions, _spanFrames);
        for (var series = 0; series < PatchIndex.Series; series++)
            AddLikeness(index.Codes(reference, series), series * PatchIndex.HopFrames, _diagonals);
        var unit = MathF.Pow(2, SquareBits - (2 * Raise)) / ((float)Norm * Norm * Norm * Norm);
        for (var i = 0; i < best.Length; i++)
        {
            var (diagonal, sum) = _diagonals.Best();
            if (sum == 0)
                return i;
            best[i] = new Alignment(reference, diagonal, sum * unit);
            if (i + 1 < best.Length)
                _diagonals.Clear(diagonal, apartFrames);
        }

        return best.Length;
    }

    private void Add(ReadOnlySpan<sbyte> code, int frame)
    {
        var pairs = MemoryMarshal.Cast<sbyte, short>(code);
        var vectors = MemoryMarshal.Cast<sbyte, short>(_vectors.AsSpan(_count * PatchIndex.GroupBytes, PatchIndex.GroupBytes));
        for (var pair = 0; pair < Pairs; pair++)
            vectors.Slice(pair * PatchIndex.Group, PatchIndex.Group).Fill(pairs[pair]);
        var sum = 0;
        foreach (var value in code)
            sum += value;

        // The index's values are offset by Norm, and so is every product.
        _chances[_count] = (short)(_chance + (Norm * sum));
        _frames[_count++] = frame;
    }

    private void AddLikeness(ReadOnlySpan<byte> codes, int firstFrame, Diagonals diagonals)
    {
        if (Avx2.IsSupported)
            AddLikenessByVectors(codes, firstFrame, diagonals);
        else
            AddLikenessPortably(codes, firstFrame, diagonals);
    }

    /// <summary>Adds what exceeds chance to the diagonals, for one series of a reference.</summary>
    /// <param name="codes">Groups of patches.</param>
    /// <param name="firstFrame">The reference's frame of the first.</param>
    /// <param name="diagonals">Takes the sums, each cut off at 65,535.</param>
    internal void AddLikenessByVectors(ReadOnlySpan<byte> codes, int firstFrame, Diagonals diagonals)
    {
        var raise = Raise;
        for (var first = 0; first < _count; first += AtOnce)
        {
            ref var query = ref MemoryMarshal.GetReference(_vectors.AsSpan(first * PatchIndex.GroupBytes, AtOnce * PatchIndex.GroupBytes));
            Span<ushort> sumsA = From(first), sumsB = From(first + 1), sumsC = From(first + 2), sumsD = From(first + 3);
            for (var group = 0; group < codes.Length; group += PatchIndex.GroupBytes)
            {
                ref var patches = ref MemoryMarshal.GetReference(codes.Slice(group, PatchIndex.GroupBytes));
                var (a, b, c, d) = (LessChance(first), LessChance(first + 1), LessChance(first + 2), LessChance(first + 3));
                for (nuint at = 0; at < PatchIndex.GroupBytes; at += (nuint)Vector256<byte>.Count)
                {
                    var pair = Vector256.LoadUnsafe(ref patches, at);
                    a += Avx2.MultiplyAddAdjacent(pair, Vector256.LoadUnsafe(ref query, at));
                    b += Avx2.MultiplyAddAdjacent(pair, Vector256.LoadUnsafe(ref query, at + PatchIndex.GroupBytes));
                    c += Avx2.MultiplyAddAdjacent(pair, Vector256.LoadUnsafe(ref query, at + (2 * PatchIndex.GroupBytes)));
                    d += Avx2.MultiplyAddAdjacent(pair, Vector256.LoadUnsafe(ref query, at + (3 * PatchIndex.GroupBytes)));
                }

                var place = group / SpeechPatch.Dimensions;
                Add(a, sumsA[place..]);
                Add(b, sumsB[place..]);
                Add(c, sumsC[place..]);
                Add(d, sumsD[place..]);
            }
        }

        Span<ushort> From(int patch) => diagonals.From(firstFrame - _frames[patch]);

        Vector256<short> LessChance(int patch) => Vector256.Create((short)-_chances[patch]);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Add(Vector256<short> excess, Span<ushort> sums)
        {
            var raised = Vector256.Max(excess, Vector256<short>.Zero).AsUInt16() << raise;
            Vector256.AddSaturate(Vector256.Create<ushort>(sums), Avx2.MultiplyHigh(raised, raised)).CopyTo(sums);
        }
    }

    /// <summary>The same as <see cref="AddLikenessByVectors"/>, without vectors.</summary>
    internal void AddLikenessPortably(ReadOnlySpan<byte> codes, int firstFrame, Diagonals diagonals)
    {
        for (var i = 0; i < _count; i++)
        {
            var sums = diagonals.From(firstFrame - _frames[i]);
            for (var patch = 0; patch < codes.Length / SpeechPatch.Dimensions; patch++)
            {
                var likeness = -_chances[i];
                for (var dimension = 0; dimension < SpeechPatch.Dimensions; dimension++)
                    likeness += codes[PatchIndex.Place(patch, dimension)] * _vectors[(i * PatchIndex.GroupBytes) + PatchIndex.Place(0, dimension)];
                var excess = Math.Max(0, likeness) << Raise;
                sums[patch] = (ushort)Math.Min(ushort.MaxValue, sums[patch] + ((excess * excess) >> SquareBits));
            }
        }
    }
}
