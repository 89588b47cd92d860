namespace EmptyNumber.Detection.Model;

/// <summary>Network operators. Kept in the database as these numbers.</summary>
public enum Carrier
{
    Unknown = 0,
    ChinaMobile = 1,
    ChinaUnicom = 2,
    ChinaTelecom = 3,
    ChinaBroadnet = 4,
}

/// <summary>Operators' names in the API.</summary>
public static class Carriers
{
    public static string Text(this Carrier carrier) => carrier switch
    {
        Carrier.ChinaMobile => "中国移动",
        Carrier.ChinaUnicom => "中国联通",
        Carrier.ChinaTelecom => "中国电信",
        Carrier.ChinaBroadnet => "中国广电",
        _ => "未知",
    };
}
