namespace EmptyNumber.Dialer.Infrastructure;

/// <summary>The form of every answer: <c>{"code":200,"msg":"","data":{…}}</c>.</summary>
internal sealed record Envelope<T>(int Code, string? Msg, T? Data)
    where T : class;

internal sealed record ClientData(string? ClientId);

internal sealed record AccountsData(IReadOnlyList<AccountItem?>? Accounts);

internal sealed record AccountItem(string? ExtensionNum, string? Password, string? Host);

internal sealed record DialPlanData(IReadOnlyList<DialPlanItem?>? Dialplans);

internal sealed record DialPlanItem(string? ExtensionNum, string? PhoneNum);

/// <summary>For answers of which only the code matters.</summary>
internal sealed record NoData;
