using EmptyNumber.Listings.Model;

namespace EmptyNumber.Listings.Infrastructure.Demo;

/// <summary>Listings to look at, for development.</summary>
internal static class DemoHouses
{
    private const int HousesOfAnEstate = 4;

    /// <summary>Those of the development users, in the order in which Accounts adds them to an empty database: an agent and a landlord.</summary>
    private static readonly long[] Posters = [3, 4];

    private static readonly string[] Types = ["一室一厅", "两室一厅", "两室两厅", "三室一厅", "三室两厅", "四室两厅", "开间", "复式", "别墅"];

    private static readonly string[] Tags = ["近地铁", "精装修", "随时看房", "拎包入住", "南北通透", "有电梯", "独立卫浴", "有阳台", "首次出租", "可养宠物", "押一付一", "学区房"];

    private static readonly string[] Directions = ["南", "南北", "东南", "西南", "东", "西", "北"];

    private static readonly (string Name, string Tel, int Stars, bool Certificated)[] Agents =
    [
        ("袁晓梦", "13800000001", 5, true), ("杨伟", "13800000002", 3, false), ("孙小美", "13800000007", 4, true),
        ("郭志鹏", "13800000004", 4, true), ("肖利丽", "13800000005", 4, false), ("陈子安", "13800000003", 2, false),
    ];

    private static readonly (string Name, int District, string Street, int Hot, string Intro)[] Estates =
    [
        ("幸福里", 440303, "深南东路", 300, "临近地铁站，商场就在楼下。"), ("世纪锦苑", 510107, "一环路南", 100, ""), ("翡翠园", 440305, "后海大道", 30, "社区有花园和泳池。"),
        ("万科城市花园", 440307, "坂田街道", 22, ""), ("今日家园", 440304, "彩田路", 20, ""), ("灵芝新村", 440306, "创业二路", 20, "配套成熟，生活方便。"),
        ("锦绣江南", 510104, "东大街", 80, ""), ("望江名门", 510107, "望江路", 64, "推窗见江，步行可到绿道。"), ("梧桐公馆", 310101, "南京东路", 120, ""),
        ("银杏书院", 110108, "学院路", 90, "大学旁边，安静。"), ("滨海湾", 120101, "解放北路", 55, ""), ("石门佳苑", 130102, "建设北大街", 12, ""),
    ];

    /// <summary>All of them, each estate served by two agents and with some houses, and an image for each house.</summary>
    public static IEnumerable<(House House, byte[] Image)> Create(DateTimeOffset now, ListingsOptions options)
    {
        var types = Types.Select(name => new HouseType { Name = name }).ToArray();
        var tags = Tags.Select(content => new Tag { Content = content }).ToArray();
        var agents = Agents.Select(agent => new Agent
        {
            Name = agent.Name,
            Tel = agent.Tel,
            Servstar = agent.Stars,
            Realstar = agent.Stars,
            Profstar = Math.Max(1, agent.Stars - 1),
            Certificated = agent.Certificated,
        }).ToArray();
        var estates = Estates.Select((estate, place) => new Estate
        {
            Name = estate.Name,
            DistrictId = estate.District,
            Hot = estate.Hot,
            Intro = estate.Intro,
            Agents = [new AgentEstate { Agent = agents[place % agents.Length] }, new AgentEstate { Agent = agents[(place + 1) % agents.Length] }],
        }).ToArray();

        for (var i = 0; i < estates.Length * HousesOfAnEstate; i++)
        {
            var (estate, about) = (estates[i / HousesOfAnEstate], Estates[i / HousesOfAnEstate]);
            var (type, isShared) = (types[i * 5 % types.Length], i % 4 == 3);
            var tag = i % tags.Length;
            yield return (
                new House
                {
                    UserId = Posters[i % Posters.Length],
                    PostedAt = now,
                    Title = $"{(isShared ? "合租" : "整租")}·{estate.Name} {type.Name} {Directions[i % Directions.Length]}向 {tags[tag].Content}",
                    Area = 35 + i * 37 % 120 + 0.5 * (i % 2),
                    Floor = 1 + i * 7 % 28,
                    TotalFloor = 30,
                    Direction = Directions[i % Directions.Length],
                    Price = 1200 + i * 430 % 9000,
                    PriceUnit = "元/月",
                    Detail = $"{about.Street}，{estate.Name}，家具齐全，欢迎来电看房。",
                    PubDate = options.DayOf(now),
                    Street = about.Street,
                    HasSubway = tag == 0,
                    IsShared = isShared,
                    HasAgentFees = i % 3 == 0,
                    Type = type,
                    DistrictId = about.District,
                    Estate = estate,
                    Agent = estate.Agents[i % 2].Agent,
                    Tags = [new HouseTag { Tag = tags[tag] }, new HouseTag { Tag = tags[(tag + 5) % tags.Length] }],
                },
                Drawing.OfHouse(i));
        }
    }
}
