namespace EmptyNumber.Contracts;

/// <summary>What a phone number was found to be. The values are those of the APIs.</summary>
public enum NumberState
{
    /// <summary>检测中. Not decided yet; the only state that is not final.</summary>
    Pending = 0,

    /// <summary>正常: it rings, is answered, or plays a colour-ring.</summary>
    InService = 1,

    /// <summary>空号.</summary>
    Vacant = 2,

    /// <summary>停机、暂停服务.</summary>
    Suspended = 3,

    /// <summary>关机.</summary>
    PoweredOff = 4,

    /// <summary>正在通话中.</summary>
    Busy = 5,

    /// <summary>暂时无法接通、不在服务区.</summary>
    Unreachable = 6,

    /// <summary>无人接听.</summary>
    NoAnswer = 7,

    /// <summary>呼入限制.</summary>
    IncomingBarred = 8,

    /// <summary>来电提醒、语音信箱.</summary>
    CallReminder = 9,

    /// <summary>已改号.</summary>
    NumberChanged = 10,

    /// <summary>拒接.</summary>
    Rejected = 11,

    /// <summary>网络忙、线路故障.</summary>
    NetworkBusy = 12,

    /// <summary>未知: every attempt was used and none of them told.</summary>
    Unknown = 99,
}

/// <summary>The state table in words.</summary>
public static class NumberStates
{
    /// <summary>Every state, in the order of its value.</summary>
    public static IReadOnlyList<NumberState> All { get; } = Enum.GetValues<NumberState>();

    /// <summary>Whether a carrier's announcement, or a tone, can tell it.</summary>
    public static bool IsAnnounced(this NumberState state) => state is not (NumberState.Pending or NumberState.Unknown);

    /// <summary>The Chinese name of a state, as customers read it.</summary>
    public static string Text(this NumberState state) => state switch
    {
        NumberState.Pending => "检测中",
        NumberState.InService => "正常",
        NumberState.Vacant => "空号",
        NumberState.Suspended => "停机",
        NumberState.PoweredOff => "关机",
        NumberState.Busy => "正在通话中",
        NumberState.Unreachable => "暂时无法接通",
        NumberState.NoAnswer => "无人接听",
        NumberState.IncomingBarred => "呼入限制",
        NumberState.CallReminder => "来电提醒",
        NumberState.NumberChanged => "已改号",
        NumberState.Rejected => "拒接",
        NumberState.NetworkBusy => "网络忙",
        NumberState.Unknown => "未知",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "not a number state"),
    };
}
