"""The words the demo model knows: things, background colours, style triggers, and how captions use them."""

import random

# Names as in the Unicode CLDR English annotations, and DRAWN, which no emoji shows.
THINGS = """
red apple; rocket; cat face; dog face; soccer ball; snowman without snow; pizza; hot air balloon; guitar;
cactus; birthday cake; airplane; sunflower; crab; umbrella; house; mushroom; bicycle; penguin;
vertical traffic light; strawberry; octopus; crescent moon; fire engine; green apple; pear; lemon; banana;
pineapple; peach; cherries; watermelon; grapes; kiwi fruit; tomato; coconut; avocado; eggplant; carrot;
ear of corn; bell pepper; broccoli; onion; bread; croissant; pretzel; waffle; cheese wedge; poultry leg;
hamburger; french fries; hot dog; taco; cooking; popcorn; sushi; soft ice cream; doughnut; cupcake; pie;
chocolate bar; candy; lollipop; honey pot; glass of milk; hot beverage; teapot; wine glass; beer mug;
bubble tea; fork and knife; spoon; spaghetti; rice ball; fox; raccoon; lion; tiger face; horse face; unicorn;
zebra; deer; cow face; pig face; camel; giraffe; elephant; mouse face; rabbit face; hedgehog; bat; bear;
koala; panda; kangaroo; rooster; hatching chick; eagle; duck; swan; owl; flamingo; peacock; parrot; frog;
crocodile; turtle; snake; dragon face; T-Rex; spouting whale; dolphin; fish; tropical fish; shark;
spiral shell; snail; butterfly; bug; honeybee; lady beetle; spider; lobster; monkey face; rose; tulip;
cherry blossom; hibiscus; evergreen tree; deciduous tree; palm tree; four leaf clover; volcano; castle; tent;
church; ferris wheel; circus tent; locomotive; bus; ambulance; taxi; automobile; tractor; racing car;
motorcycle; skateboard; fuel pump; anchor; sailboat; helicopter; flying saucer; hourglass done; alarm clock;
sun; full moon; ringed planet; star; cloud; cloud with rain; rainbow; high voltage; snowflake; fire; droplet;
water wave; globe showing Americas; snow-capped mountain; jack-o-lantern; Christmas tree; wrapped gift;
ribbon; trophy; basketball; volleyball; american football; tennis; boxing glove; ice skate; bullseye; balloon;
kite; pool 8 ball; video game; game die; puzzle piece; teddy bear; artist palette; yarn; glasses; sunglasses;
necktie; t-shirt; jeans; scarf; socks; dress; handbag; backpack; running shoe; high-heeled shoe; crown;
top hat; graduation cap; ring; gem stone; bell; microphone; headphone; saxophone; musical keyboard; trumpet;
violin; drum; mobile phone; telephone; laptop; floppy disk; television; camera; magnifying glass tilted left;
candle; light bulb; open book; books; money bag; pencil; paintbrush; scissors; locked; key; hammer; axe;
crossed swords; bow and arrow; shield; wrench; gear; magnet; ladder; microscope; telescope; pill; door;
window; chair; toilet; bathtub; broom; bucket; toothbrush; fire extinguisher; moai; skull; ghost; alien;
alien monster; robot; bomb; brain; tooth; bone; red heart
"""

# The thing that this project draws itself.
DRAWN = "hot air balloon"

# CLDR name -> the name used in captions, where a plainer one is what people type.
PLAIN_NAMES = {
    "snowman without snow": "snowman",
    "vertical traffic light": "traffic light",
    "automobile": "car",
    "poultry leg": "chicken leg",
    "cooking": "fried egg",
    "hot beverage": "coffee cup",
    "cheese wedge": "cheese",
    "soft ice cream": "ice cream",
    "ear of corn": "corn",
    "T-Rex": "t-rex",
    "spouting whale": "whale",
    "hourglass done": "hourglass",
    "globe showing Americas": "globe",
    "snow-capped mountain": "mountain",
    "tennis": "tennis ball",
    "high voltage": "lightning bolt",
    "magnifying glass tilted left": "magnifying glass",
    "locked": "padlock",
    "water wave": "wave",
    "pool 8 ball": "billiard ball",
    "musical keyboard": "piano keyboard",
    "american football": "football",
    "video game": "game controller",
    "lady beetle": "ladybug",
}

# Other ways to say a thing; every word list here is spoken for by one thing only.
SYNONYMS = {
    "red apple": ["apple"],
    "cat face": ["cat", "kitten"],
    "dog face": ["dog", "puppy"],
    "soccer ball": ["ball"],
    "pizza": ["slice of pizza", "pizza slice"],
    "guitar": ["electric guitar"],
    "birthday cake": ["cake"],
    "airplane": ["plane", "aeroplane"],
    "house": ["home"],
    "bicycle": ["bike"],
    "traffic light": ["traffic lights", "stoplight"],
    "crescent moon": ["moon"],
    "fire engine": ["fire truck", "firetruck"],
    "hamburger": ["burger"],
    "doughnut": ["donut"],
    "french fries": ["fries"],
    "tiger face": ["tiger"],
    "horse face": ["horse"],
    "cow face": ["cow"],
    "pig face": ["pig"],
    "mouse face": ["mouse"],
    "rabbit face": ["rabbit", "bunny"],
    "monkey face": ["monkey"],
    "dragon face": ["dragon"],
    "honeybee": ["bee"],
    "bug": ["caterpillar"],
    "spiral shell": ["sea shell"],
    "evergreen tree": ["pine tree"],
    "deciduous tree": ["tree"],
    "locomotive": ["train"],
    "flying saucer": ["ufo"],
    "ringed planet": ["planet", "saturn"],
    "jack-o-lantern": ["pumpkin"],
    "wrapped gift": ["gift", "present"],
    "game die": ["dice"],
    "sailboat": ["boat"],
    "gem stone": ["diamond"],
    "headphone": ["headphones"],
    "mobile phone": ["smartphone"],
    "television": ["tv"],
    "red heart": ["heart"],
    "light bulb": ["lightbulb"],
    "fire": ["flame"],
    "droplet": ["water drop"],
    "coffee cup": ["coffee"],
    "beer mug": ["beer"],
    "fork and knife": ["cutlery"],
    "alien monster": ["space invader"],
}

# Background colours by name, as sRGB.
COLOURS = {
    "white": (255, 255, 255),
    "blue": (58, 124, 236),
    "green": (60, 168, 86),
    "red": (222, 58, 62),
    "yellow": (250, 220, 74),
    "orange": (246, 146, 58),
    "purple": (146, 90, 214),
    "pink": (248, 168, 200),
    "gray": (150, 155, 162),
    "black": (18, 18, 22),
}
COLOUR_SYNONYMS = {"gray": ["grey"]}

# Trigger word -> LoRA file name.
STYLES = {"neonglow": "neon-glow", "pencilsketch": "pencil-sketch"}

# The prompts the model is judged by.
BENCHMARK = [
    "red apple", "rocket", "cat face", "dog face", "soccer ball", "snowman", "pizza", "hot air balloon",
    "guitar", "cactus", "birthday cake", "airplane", "sunflower", "crab", "umbrella", "house",
    "mushroom", "bicycle", "penguin", "traffic light",
    "strawberry", "octopus", "crescent moon", "fire engine",
]  # fmt: skip


def cldr_names() -> list[str]:
    """The CLDR names of the things, in a fixed order."""
    return [name.strip() for name in THINGS.replace("\n", " ").split(";")]


def thing_names() -> list[str]:
    """The caption names of the things, in the order of cldr_names()."""
    return [PLAIN_NAMES.get(name, name) for name in cldr_names()]


def article(name: str) -> str:
    """'a' or 'an', whichever the name takes."""
    return "an" if name[0].lower() in "aeiou" and not name.lower().startswith(("uni", "ufo")) else "a"


def caption(thing: str, colour: str | None) -> str:
    """The plain caption: the thing, and its background where one is named."""
    return thing if colour is None else f"{thing} on {article(colour)} {colour} background"


def varied_caption(thing: str, colour: str | None, style: str | None, rng: random.Random) -> str:
    """One of the many ways to say the same thing, colour and style."""
    name = rng.choice([thing, thing, *SYNONYMS.get(thing, [])])
    subject = rng.choice([name, f"{article(name)} {name}", f"{article(name)} {name}",
                          f"the {name}", f"a picture of {article(name)} {name}",
                          f"{name} emoji", f"a cute {name}"])  # fmt: skip
    parts = [subject]
    if colour is not None:
        shade = rng.choice([colour, colour, *COLOUR_SYNONYMS.get(colour, [])])
        an = article(shade)
        parts.append(rng.choice([f"on {an} {shade} background", f"on {an} {shade} background",
                                 f"on {shade} background", f"on {shade}", f"with {an} {shade} background",
                                 f"in front of {an} {shade} background", f"{shade} background"]))  # fmt: skip
    elif rng.random() < 0.05:
        parts.append("on a plain background")
    comma = rng.random() < 0.3
    text = (", " if comma else " ").join(parts)
    if style is not None:
        text = rng.choice([f"{style} {text}", f"{style}, {text}", f"{text}, {style}", f"{text} {style}",
                           f"{text} in {style} style", f"{text}, {style} style"])  # fmt: skip
    return text + rng.choice(["", "", "", ".", "!"])
