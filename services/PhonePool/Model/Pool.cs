namespace EmptyNumber.PhonePool.Model;

/// <summary>The pool as a whole: one row, the same for all replicas. Whoever adds mobiles holds its lock.</summary>
internal sealed class Pool
{
    public int Id { get; init; }

    /// <summary>As many mobiles as it takes.</summary>
    public int Size { get; init; }

    /// <summary>Mobiles in it, if those of the <see cref="Withdrawal"/>s are taken off.</summary>
    public int Pooled { get; init; }

    /// <summary>The last <see cref="PooledMobile.Arrival"/>.</summary>
    public long Arrivals { get; init; }
}

/// <summary>A mobile that waits to be handed out. It has left the pool when its row is gone.</summary>
internal sealed class PooledMobile
{
    /// <summary>Its place in the order of arrival; the greatest is handed out first.</summary>
    public long Arrival { get; init; }

    public required string Mobile { get; init; }

    public required string Cid { get; init; }

    public required string Ip { get; init; }

    /// <summary>IMSI, IMEI and ICCID, encrypted.</summary>
    public required byte[] Identity { get; init; }
}

/// <summary>Mobiles that were handed out together and are still counted by <see cref="Pool.Pooled"/>: handing out waits for no lock on the pool.</summary>
internal sealed class Withdrawal
{
    public long Id { get; init; }

    public int Mobiles { get; init; }
}

/// <summary>A mobile that an app was handed, as long as it may fetch its codes.</summary>
internal sealed class HandOut
{
    public required string Mobile { get; init; }

    public required string App { get; init; }

    /// <summary>That of the pooled mobile: of several hand-outs of a mobile the one with the greatest is the latest.</summary>
    public long Arrival { get; init; }

    /// <summary>The first moment at which it is not in force, UTC.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>A code that arrived, delivered or not, until it expires.</summary>
internal sealed class ArrivedCode
{
    public required string Mobile { get; init; }

    /// <summary>The app that the upload named, as it stood there; empty for none.</summary>
    public required string Appname { get; init; }

    public required string Vcode { get; init; }

    public required string Chanlid { get; init; }

    /// <summary>The app that gets it: the one that the upload named, or else the one that has the mobile; null until somebody has.</summary>
    public string? Recipient { get; init; }

    public bool Delivered { get; init; }

    /// <summary>Its place within its upload, from 1.</summary>
    public long Place { get; init; }

    /// <summary>The first moment at which it is not in force, UTC.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
